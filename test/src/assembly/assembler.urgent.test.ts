import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../src/index.js';
import { Bench, c, handshake, s } from '../../support/segments.js';

const URGENT_POINTER_AT = 18;

/** With an urgent pointer: it points behind the urgent byte, counted from the first of the segment (RFC 6093, section 3.1). */
function urgent(segment: Segment, pointer: number): Segment {
	segment.block.set([pointer >>> 8, pointer & 255], segment.headerAt + URGENT_POINTER_AT);
	return segment;
}

/** The client's segment with the URG bit; the urgent byte is the `pointer`th of it, from 1. */
const u = (seq: number, payload: string, pointer: number, flags = 'U.') => urgent(c(seq, payload, { flags }), pointer);

function outcome(options: object, ...segments: readonly Segment[]): { stream: string; skips: number; dropped: number | undefined } {
	const bench = new Bench(options);
	bench.push(...handshake, ...segments);
	bench.end();
	const skips = bench.chunks.filter(chunk => chunk.skip !== 0).length;
	return { stream: bench.stream(), skips, dropped: bench.chunks[0]?.connection.statistics('client').dropped };
}

describe('R17: urgent data', () => {
	it.each([1, 2, 3, 4, 9, 0])('should stay in the stream by default, wherever the pointer points: %i', pointer => {
		expect(outcome({}, u(1001, 'ABxC', pointer), c(1005, 'DEF'))).toEqual({ stream: 'ABxCDEF', skips: 0, dropped: 0 });
	});
});

describe("R17: urgent data with urgent: 'drop'", () => {
	const drop: object = { urgent: 'drop' };
	const without = (stream: string, dropped = 1) => ({ stream, skips: 0, dropped });

	it('should stay where it was said to be inline', () => {
		expect(outcome({ urgent: 'inline' }, u(1001, 'ABxC', 3)).stream).toBe('ABxC');
	});

	it.each<[string, readonly Segment[], string]>([
		['in the middle', [u(1001, 'ABxC', 3)], 'ABC'],
		['the first byte', [u(1001, 'xABC', 1)], 'ABC'],
		['the last byte', [u(1001, 'ABx', 3), c(1004, 'C')], 'ABC'],
		['the only byte', [c(1001, 'AB'), u(1003, 'x', 1), c(1004, 'C')], 'ABC'],
		['with the FIN', [u(1001, 'ABCx', 4, 'FU.')], 'ABC'],
		['in a segment that was held', [u(1003, 'xC', 1), c(1001, 'AB')], 'ABC'],
		['announced, and come later', [u(1001, 'AB', 3), c(1003, 'xC')], 'ABC'],
		['announced twice', [u(1001, 'AB', 3), u(1003, 'xC', 1)], 'ABC'],
		['announced without payload', [u(1001, '', 3), c(1001, 'ABxC')], 'ABC'],
	])('should be taken out of the stream without a skip, and be counted as dropped: %s', (_, segments, stream) => {
		expect(outcome(drop, ...segments)).toEqual(without(stream));
	});

	it('should be taken out once, however often it comes', () => {
		expect(outcome(drop, u(1001, 'ABx', 3), u(1001, 'ABx', 3), c(1001, 'ABxC'))).toEqual(without('ABC'));
	});

	it('should be taken out each time that there is some', () => {
		expect(outcome(drop, u(1001, 'Ax', 2), u(1003, 'By', 2), c(1005, 'C'))).toEqual(without('ABC', 2));
	});

	it('should be none where the URG bit is missing, or the pointer points before the segment', () => {
		expect(outcome(drop, urgent(c(1001, 'AB'), 1), u(1003, 'CD', 0))).toEqual(without('ABCD', 0));
	});

	it('should be taken out of its own direction only', () => {
		const bench = new Bench(drop);
		bench.push(...handshake, u(1001, 'ABx', 3), s(5001, 'xyz'));
		expect([bench.stream('client'), bench.stream('server')]).toEqual(['AB', 'xyz']);
	});

	it('should be taken out across the wrap', () => {
		const bench = new Bench(drop);
		bench.push(c(0xfffffffd, '', { flags: 'S' }), u(0xfffffffe, 'ABxC', 3), c(2, 'D'));
		expect(bench.stream()).toBe('ABCD');
	});

	it('should give no chunk that says nothing', () => {
		const bench = new Bench(drop);
		bench.push(...handshake);
		expect(bench.push(u(1001, 'x', 1))).toEqual([]);
		expect(bench.push(c(1002, 'A'))).toEqual(['C> "A"']);
	});
});
