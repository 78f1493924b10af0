import { describe, expect, it } from 'vitest';
import { Flush } from '../../../src/assembly/flush.js';
import { Bench, c, handshake, s } from '../../support/segments.js';

const never = Number.NEGATIVE_INFINITY;

/** C31: delivered up to 11; held [16,21) since 5, [31,36) since 8, [21,26) since 9. */
function example(): Bench {
	const bench = new Bench();
	bench.push(c(0, '', { flags: 'S' }), c(1, '1234567890', { ms: 1 }));
	expect(bench.push(c(16, 'fghij', { ms: 5 }), c(31, 'uvwxy', { ms: 8 }), c(21, 'klmno', { ms: 9 }))).toEqual([]);
	return bench;
}

describe('R11: flush, by the worked example of C31', () => {
	it('should skip hole after hole as their time comes, and close at last', () => {
		const bench = example();
		expect(bench.flush(5, 5)).toEqual([]);
		expect(bench.flush(6, 6)).toEqual(['C> k5 "fghij"', 'C> "klmno"']);
		expect(bench.flush(8, 8)).toEqual([]);
		expect(bench.flush(9, 9)).toEqual(['C> k5 "uvwxy"']);
		expect(bench.flush(10, 10)).toEqual(['C> idle']);
	});

	it('should do all of it at once when that much time has passed', () => {
		expect(example().flush(10, 10)).toEqual(['C> k5 "fghij"', 'C> "klmno"', 'C> k5 "uvwxy"', 'C> idle']);
	});

	it('should not let time go back: a segment that says 8 behind one that said 9 is held since 9', () => {
		const bench = new Bench();
		bench.push(c(0, '', { flags: 'S' }), c(1, '1234567890', { ms: 1 }), c(16, 'fghij', { ms: 5 }));
		bench.push(c(21, 'klmno', { ms: 9 }), c(31, 'uvwxy', { ms: 8 }));
		expect(bench.flush(9, 9)).toEqual(['C> k5 "fghij"', 'C> "klmno"']);
		expect(bench.flush(10, never)).toEqual(['C> k5 "uvwxy"']);
	});
});

describe('R11: the age of holes', () => {
	it('should be that of the first held segment, strictly', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 100 }));
		expect(bench.flush(100)).toEqual([]);
		expect(bench.flush(100.001)).toEqual(['C> k3 "DEF"']);
	});

	it('should be that of what is now held first, though what lies behind is older', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1007, 'GHI', { ms: 5 }), c(1004, 'DEF', { ms: 9 }));
		expect(bench.flush(9)).toEqual([]);
		expect(bench.flush(10)).toEqual(['C> k3 "DEF"', 'C> "GHI"']);
	});

	it('should not be renewed by a repetition of what is held', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 5 }), c(1004, 'DEF', { ms: 9 }));
		expect(bench.flush(6)).toEqual(['C> k3 "DEF"']);
	});

	it('should be known again when the older hole has filled', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1007, 'GHI', { ms: 5 }), c(1004, 'DEF', { ms: 9 }), c(1013, 'MNO', { ms: 7 }));
		bench.push(c(1001, 'ABC', { ms: 10 }));
		expect(bench.flush(9)).toEqual([]);
		expect(bench.flush(10)).toEqual(['C> k3 "MNO"']);
	});

	it('should not be renewed by bare ACKs, though they keep the connection open', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 5 }), c(1001, '', { ms: 50 }), s(5001, '', { ms: 60 }));
		expect(bench.flush(6, 60)).toEqual(['C> k3 "DEF"']);
		expect(bench.flush(61, 61)).toEqual(['C> idle', 'S> idle']);
	});

	it('should count for a FIN that waits, too', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, '', { flags: 'F.', ms: 5 }));
		expect(bench.flush(5)).toEqual([]);
		expect(bench.flush(6)).toEqual(['C> k3 end fin']);
	});

	it('should be sought in all connections, the longest waiting first', () => {
		const bench = new Bench();
		for (const connection of ['A', 'B', 'C']) bench.push(c(1000, '', { flags: 'S', connection }));
		bench.push(
			c(1002, 'x', { connection: 'B', ms: 1 }),
			c(1002, 'x', { connection: 'C', ms: 2 }),
			c(1002, 'x', { connection: 'A', ms: 3 }),
		);
		expect(bench.flush(3)).toEqual(['B:C> k1 "x"', 'C:C> k1 "x"']);
	});
});

describe('R11: the age of connections', () => {
	it('should be another than that of holes: what an idle one holds goes out when it is closed', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 5 }));
		expect(bench.flush(never, 5)).toEqual([]);
		expect(bench.flush(never, 6)).toEqual(['C> k3 "DEF"', 'C> idle', 'S> idle']);
	});

	it('should not matter to holes', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 5 }));
		expect(bench.flush(100, never)).toEqual(['C> k3 "DEF"']);
		expect(bench.counters.flows).toBe(2);
	});

	it('should be that of the last packet of either direction, in time that never goes back', () => {
		const bench = new Bench();
		bench.push(...handshake, s(5001, '', { ms: 50 }), c(1001, '', { ms: 20 }));
		expect(bench.flush(50, 50)).toEqual([]);
		expect(bench.flush(51, 51)).toEqual(['C> idle', 'S> idle']);
	});

	it('should close half-open connections as well', () => {
		const bench = new Bench();
		bench.push(c(1000, '', { flags: 'S' }));
		expect(bench.flush(1, 1)).toEqual(['C> idle']);
		expect(bench.counters.flows).toBe(0);
	});

	it('should close the other direction of one that nobody saw more of than one side, and that had ended', () => {
		const bench = new Bench();
		bench.push(c(1000, '', { flags: 'S' }), c(1001, 'ABC', { flags: 'F' }));
		expect(bench.flush(1, 1)).toEqual(['S> idle']);
		expect(bench.chunks.at(-1)?.last).toBe(true);
	});

	it('should leave no memory of it: what comes later is a connection of its own', () => {
		const bench = new Bench();
		bench.push(...handshake);
		bench.flush(1, 1);
		bench.push(c(1001, 'ABC', { ms: 2 }));
		expect(bench.counters).toMatchObject({ connections: 2, heldBytes: 3 });
	});
});

describe('Flush', () => {
	it('should say the reason that it gives', () => {
		const bench = new Bench();
		bench.push(...handshake);
		bench.assembler.flush(new Flush(1, 1, 1, 'evicted'));
		expect(bench.chunks.map(chunk => chunk.closed)).toEqual([undefined, undefined, 'evicted', 'evicted']);
	});

	it('should close everything when it is for everything', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1004, 'DEF', { ms: 1e12 }), c(7001, 'x', { connection: 'A', ms: 1e12 }));
		bench.assembler.flush(Flush.everything('eof'));
		expect(bench.counters).toMatchObject({ flows: 0, heldBytes: 0 });
		expect(bench.end()).toEqual(['A:C> k-1 "x"', 'C> k3 "DEF"', 'A:C> eof', 'C> eof', 'S> eof']);
	});

	it('should not be the time of the engine: packets are held since their own', () => {
		const bench = new Bench();
		bench.push(...handshake);
		bench.flush(1000, 0);
		bench.push(c(1004, 'DEF', { ms: 5 }));
		expect(bench.flush(6)).toEqual(['C> k3 "DEF"']);
	});
});
