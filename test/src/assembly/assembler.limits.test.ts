import { describe, expect, it } from 'vitest';
import { defaultSettings, settingsOf } from '../../../src/assembly/limits.js';
import { Bench, c, type SegmentFields, s } from '../../support/segments.js';

const SYN = { flags: 'S' };

/** Connections A, B, …, opened by a SYN and an ACK at the times given, none at all for a half-open one. */
function opened(options: object, connections: Readonly<Record<string, SegmentFields>>): Bench {
	const bench = new Bench(options);
	for (const [connection, fields] of Object.entries(connections)) {
		bench.push(c(1000, '', { ...SYN, ...fields, connection }), c(1001, '', { ...fields, connection }));
	}
	return bench;
}

describe('R10: maxHeldBytesPerFlow', () => {
	it('should skip the lowest hole until what is held fits', () => {
		const bench = opened({ maxHeldBytesPerFlow: 6 }, { A: {} });
		const a = (seq: number, text: string) => bench.push(c(seq, text, { connection: 'A' }));
		expect(a(1002, 'BC')).toEqual([]);
		expect(a(1006, 'FG')).toEqual([]);
		expect(a(1010, 'JK')).toEqual([]);
		expect(bench.counters).toMatchObject({ heldBytes: 6, skippedByFlowLimit: 0 });
		expect(a(1014, 'NOPQ')).toEqual(['A:C> k1 "BC"', 'A:C> k2 "FG"']);
		expect(bench.counters).toMatchObject({ heldBytes: 6, heldSegments: 2, skippedByFlowLimit: 2 });
	});

	it('should deliver a segment that is larger than the limit', () => {
		const bench = opened({ maxHeldBytesPerFlow: 3 }, { A: {} });
		expect(bench.push(c(1002, 'BCDE', { connection: 'A' }))).toEqual(['A:C> k1 "BCDE"']);
		expect(bench.counters.heldBytes).toBe(0);
	});

	it('should be for each flow by itself', () => {
		const bench = opened({ maxHeldBytesPerFlow: 3 }, { A: {}, B: {} });
		bench.push(c(1002, 'BCD', { connection: 'A' }), s(5002, 'BCD', { connection: 'A' }), c(1002, 'BCD', { connection: 'B' }));
		expect(bench.counters).toMatchObject({ heldBytes: 9, skippedByFlowLimit: 0 });
	});
});

describe('R10: maxHeldSegmentsPerFlow', () => {
	it('should skip the lowest hole until what is held fits', () => {
		const bench = opened({ maxHeldSegmentsPerFlow: 2 }, { A: {} });
		const lines = bench.push(...[1010, 1006, 1002].map(seq => c(seq, 'x', { connection: 'A' })));
		expect(lines).toEqual(['A:C> k1 "x"']);
		expect(bench.counters).toMatchObject({ heldSegments: 2, skippedByFlowLimit: 1 });
	});

	it('should count the pieces that overlaps cut', () => {
		const bench = opened({ maxHeldSegmentsPerFlow: 2, overlap: 'last' }, { A: {} });
		const lines = bench.push(c(1002, 'xxxxx', { connection: 'A' }), c(1004, 'y', { connection: 'A' }));
		expect(lines).toEqual(['A:C> k1 "xx"', 'A:C> "y"', 'A:C> "xx"']);
	});
});

describe('R10: maxHeldBytes and maxHeldSegments', () => {
	const held = (connection: string, ms: number) => c(1002, 'BCD', { connection, ms });

	it.each([{ maxHeldBytes: 8 }, { maxHeldSegments: 2 }])('should skip for the flow that has waited longest: %o', limit => {
		const bench = opened(limit, { A: {}, B: {}, C: {} });
		expect(bench.push(held('B', 1), held('A', 2))).toEqual([]);
		expect(bench.push(held('C', 3))).toEqual(['B:C> k1 "BCD"']);
		expect(bench.counters).toMatchObject({ heldBytes: 6, heldSegments: 2, skippedByTotalLimit: 1 });
		expect(bench.push(c(1006, 'FGH', { connection: 'B', ms: 4 }))).toEqual(['A:C> k1 "BCD"']);
	});

	it('should skip for a flow that waits for its start if that has waited longest', () => {
		const bench = opened({ maxHeldBytes: 5 }, { A: { ms: 1 } });
		bench.push(c(7001, 'xyz', { connection: 'B', ms: 2 }));
		expect(bench.push(held('A', 3))).toEqual(['B:C> k-1 "xyz"']);
	});

	it('should skip for the flow at hand if no other waits', () => {
		const bench = opened({ maxHeldBytes: 2 }, { A: {} });
		expect(bench.push(held('A', 1))).toEqual(['A:C> k1 "BCD"']);
	});

	it('should skip for as many as it takes', () => {
		const bench = opened({ maxHeldBytes: 9 }, { A: {}, B: {}, C: {} });
		bench.push(held('A', 1), held('B', 2));
		expect(bench.push(c(1002, 'BCDEFGHI', { connection: 'C', ms: 3 }))).toEqual(['A:C> k1 "BCD"', 'B:C> k1 "BCD"']);
		expect(bench.counters).toMatchObject({ heldBytes: 8, skippedByTotalLimit: 2 });
	});

	it('should count as waiting since what now comes first was held', () => {
		const bench = opened({ maxHeldBytes: 9 }, { A: {}, B: {} });
		bench.push(held('A', 1), held('B', 2), c(1010, 'JKL', { connection: 'A', ms: 3 }));
		// A delivers what it has waited for longest; then B has.
		bench.push(c(1001, 'A', { connection: 'A', ms: 4 }));
		expect(bench.push(c(1020, 'TUVW', { connection: 'A', ms: 5 }))).toEqual(['B:C> k1 "BCD"']);
	});
});

describe('R10: maxFlows', () => {
	it('should evict the connection that was idle longest, with what it held first', () => {
		const bench = opened({ maxFlows: 2 }, { A: { ms: 1 }, B: { ms: 2 } });
		bench.push(c(1004, 'DEF', { connection: 'B', ms: 3 }), c(1001, '', { connection: 'A', ms: 4 }));
		const lines = bench.push(c(1000, '', { ...SYN, connection: 'C', ms: 5 }));
		expect(lines).toEqual(['B:C> k3 "DEF"', 'B:C> evicted', 'C:C> start']);
		expect(bench.counters).toMatchObject({ flows: 2, evicted: 1, heldBytes: 0 });
	});

	it('should evict half-open connections before all others', () => {
		const bench = opened({ maxFlows: 4 }, { A: { ms: 1 } });
		bench.push(s(5000, '', { flags: 'S.', connection: 'A', ms: 1 }), c(1001, '', { connection: 'A', ms: 1 }));
		bench.push(c(1000, '', { ...SYN, connection: 'B', ms: 2 }), c(1000, '', { ...SYN, connection: 'C', ms: 3 }));
		expect(bench.push(c(1000, '', { ...SYN, connection: 'D', ms: 4 }))).toEqual(['B:C> evicted', 'D:C> start']);
		expect(bench.push(c(1000, '', { ...SYN, connection: 'E', ms: 5 }))).toEqual(['C:C> evicted', 'E:C> start']);
		expect(bench.counters).toMatchObject({ flows: 4, evicted: 2, evictedHalfOpen: 2 });
	});

	it('should take a connection that only one side was heard of for half-open, whatever that sends', () => {
		const bench = opened({ maxFlows: 3 }, { A: { ms: 1 } });
		bench.push(s(5000, '', { flags: 'S.', connection: 'A', ms: 1 }), c(1001, '', { connection: 'A', ms: 1 }));
		bench.push(c(1000, '', { ...SYN, connection: 'B', ms: 2 }), c(1001, 'ABC', { connection: 'B', ms: 2 }));
		expect(bench.push(c(1000, '', { ...SYN, connection: 'C', ms: 4 }))).toEqual(['B:C> evicted', 'C:C> start']);
	});

	it('should take a connection with a SYN-ACK, but nothing more, for half-open', () => {
		const bench = opened({ maxFlows: 4 }, { A: { ms: 1 } });
		bench.push(s(5000, '', { flags: 'S.', connection: 'A', ms: 1 }), c(1001, '', { connection: 'A', ms: 1 }));
		bench.push(c(1000, '', { ...SYN, connection: 'B', ms: 2 }), s(5000, '', { flags: 'S.', connection: 'B', ms: 3 }));
		expect(bench.push(c(1000, '', { ...SYN, connection: 'C', ms: 4 }))).toEqual(['B:C> evicted', 'B:S> evicted', 'C:C> start']);
		expect(bench.counters).toMatchObject({ flows: 3, evicted: 1 });
	});

	it('should make room for the second direction of a connection, but never by closing that itself', () => {
		const bench = opened({ maxFlows: 2 }, { A: { ms: 1 }, B: { ms: 2 } });
		expect(bench.push(s(5000, '', { flags: 'S.', connection: 'A', ms: 3 }))).toEqual(['B:C> evicted', 'A:S> start']);
		const alone = opened({ maxFlows: 1 }, { A: {} });
		expect(alone.push(s(5000, '', { flags: 'S.', connection: 'A' }))).toEqual(['A:S> start']);
		expect(alone.counters).toMatchObject({ flows: 2, evicted: 0 });
	});

	it('should count no connection that has ended', () => {
		const bench = opened({ maxFlows: 2 }, { A: {}, B: {} });
		bench.push(c(1001, '', { flags: 'R', connection: 'A' }));
		expect(bench.counters.flows).toBe(1);
		bench.push(c(1000, '', { ...SYN, connection: 'C' }), c(1001, '', { connection: 'A' }));
		expect(bench.counters).toMatchObject({ flows: 2, evicted: 0 });
	});
});

describe('settingsOf', () => {
	it('should fill in what was left out or given as undefined', () => {
		expect(settingsOf({})).toEqual(defaultSettings);
		expect(settingsOf({ maxFlows: undefined, overlap: 'last' })).toEqual({ ...defaultSettings, overlap: 'last' });
	});

	it('should have a finite limit for everything by default', () => {
		const limits = Object.values(defaultSettings).filter(value => typeof value === 'number');
		expect(limits).toHaveLength(8);
		expect(limits.every(Number.isFinite)).toBe(true);
	});

	it('should take limits away with Infinity, but for the gap, which cannot be larger than a distance can say', () => {
		const none = Number.POSITIVE_INFINITY;
		expect(settingsOf({ maxHeldBytes: none, maxGap: none })).toMatchObject({ maxHeldBytes: none, maxGap: 2 ** 29 });
	});
});
