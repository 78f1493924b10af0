import fc from 'fast-check';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { describeValue, reportLines } from '../../../src/codec/report.js';

function linesOf(codec: t.Mixed, value: unknown): readonly string[] {
	const decoded = codec.decode(value);
	return decoded._tag === 'Left' ? reportLines(decoded.left) : [];
}

describe('reportLines', () => {
	it('should name the path, what was expected, and what came', () => {
		const codec = t.type({ a: t.array(t.type({ b: t.number })), c: t.string }, 'A');
		expect(linesOf(codec, { a: [{ b: 1 }, { b: 'x' }], c: 5 })).toEqual(['a[1].b: expected number, got "x"', 'c: expected string, got 5']);
		expect(linesOf(codec, null)).toEqual(['expected A, got null']);
	});

	it('should say no more than a few lines', () => {
		const lines = linesOf(t.array(t.number), new Array(1000).fill('x'));
		expect(lines).toHaveLength(9);
		expect(lines.at(-1)).toBe('and 992 more');
	});

	it('should stay short, and in one line, whatever comes', () => {
		const long = 'x\n\u202e\u001b[31m'.repeat(100_000);
		const lines = [
			...linesOf(t.record(t.string, t.number), { [long]: long }),
			...linesOf(t.type({ a: t.number }, long), 5),
			...linesOf(t.number, long),
			...linesOf(t.number, { toString: () => long, toJSON: () => long }),
			...linesOf(t.number, new Array(1e6)),
		];
		expect(lines).toHaveLength(5);
		for (const line of lines) {
			expect(line.length).toBeLessThan(1000);
			expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
		}
	});

	it('should describe anything', () => {
		const values = ['a"b', 'x'.repeat(61), 1n, () => 1, Symbol('s'), undefined, null, Number.NaN, [1, 2], new Uint8Array(3), {}];
		expect(values.map(describeValue)).toEqual([
			'"a\\"b"',
			`"${'x'.repeat(60)}"… (61 characters)`,
			'1n',
			'a function',
			'a symbol',
			'undefined',
			'null',
			'NaN',
			'an array of 2',
			'3 bytes',
			'an object',
		]);
		fc.assert(fc.property(fc.anything(), value => void expect(describeValue(value).length).toBeLessThan(500)));
	});
});
