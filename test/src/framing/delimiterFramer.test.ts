import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DelimiterOptions, delimiterFramer } from '../../../src/framing/delimiterFramer.js';
import { bytesOf, cutAt, framed, type Told } from './framed.js';

const cut = (delimiter: string | Uint8Array, told: readonly Told[], options: DelimiterOptions = {}) =>
	framed(dropped => delimiterFramer(delimiter, { dropped, ...options }), told).lines;

describe('delimiterFramer', () => {
	it('should find a delimiter that is cut anywhere, also one that begins as it ends', () => {
		for (const delimiter of ['--', 'aab', 'abab', '\r\n.\r\n']) {
			const bytes = bytesOf(`x${delimiter}${delimiter}yy${delimiter}z`);
			const n = delimiter.length;
			const expected = ['0:x', `${1 + n}:`, `${1 + 2 * n}:yy`, `${3 + 3 * n}:z`];
			for (let i = 0; i < bytes.length; i++) {
				for (let k = i; k < bytes.length; k++) expect(cut(delimiter, [...cutAt(bytes, [i, k]), 'END'])).toEqual(expected);
			}
		}
	});

	it('should find what a plain search finds, however the bytes are cut', () => {
		const letters = (max: number, min = 0) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength: min, maxLength: max });
		fc.assert(
			fc.property(letters(40), letters(4, 1), fc.array(fc.nat(40)), (text, delimiter, places) => {
				const parts = text.split(delimiter);
				const expected = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
				const found = cut(delimiter, [...cutAt(bytesOf(text), places), 'END']);
				expect(found.map(line => line.slice(line.indexOf(':') + 1))).toEqual(expected);
			}),
			{ numRuns: 500 },
		);
	});

	it('should give the same frames and losses however the bytes are cut, with a limit', () => {
		const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 });
		fc.assert(
			fc.property(
				letters,
				fc.array(fc.nat(40)),
				fc.constantFrom('ab', 'aab', 'bb'),
				fc.integer({ min: 1, max: 6 }),
				(text, places, by, max) => {
					const options = { maxFrameBytes: max };
					expect(cut(by, [...cutAt(bytesOf(text), places), 'END'], options)).toEqual(cut(by, [bytesOf(text), 'END'], options));
				},
			),
		);
	});

	it('should not count the part of a delimiter that has come as a part of the frame', () => {
		const options = { maxFrameBytes: 3 };
		expect(cut('---', ['abc--', '-', 'END'], options)).toEqual(['0:abc']);
		expect(cut('---', ['abc--', 'x', '---d', 'END'], options)).toEqual(['(too-long at 0: 9 bytes, 0 missing)', '9:d']);
		expect(cut('-', ['abc', '-', 'END'], options)).toEqual(['0:abc']);
		expect(cut('-', ['abc', 'd', '-', 'END'], options)).toEqual(['(too-long at 0: 5 bytes, 0 missing)']);
	});

	it('should find no delimiter across a gap', () => {
		expect(cut('--', ['a-', 1, '-b--c--', 'END'])).toEqual(['(gap at 0: 6 bytes, 1 missing)', '7:c']);
	});

	it('should keep the delimiter as it was', () => {
		const delimiter = Uint8Array.of(0);
		const factory = delimiterFramer(delimiter);
		delimiter[0] = 97;
		const frames: number[] = [];
		factory(({ length }) => frames.push(length)).push(bytesOf('aa\0'), { direction: 'client', packet: 1, seen: undefined as never });
		expect(frames).toEqual([2]);
	});

	it.each(['', new Uint8Array(0), 'x'.repeat(1025), 5, undefined])('should refuse %o as a delimiter', delimiter => {
		expect(() => delimiterFramer(delimiter as string)).toThrow('delimiter must be a Uint8Array or a text of 1 to 1024 bytes');
	});
});
