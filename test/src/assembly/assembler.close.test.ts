import { describe, expect, it } from 'vitest';
import { Bench, c, handshake, s } from '../../support/segments.js';

const SYN = { flags: 'S' };
const FIN = { flags: 'F.' };
const RST = { flags: 'R' };

function connected(options = {}): Bench {
	const bench = new Bench(options);
	bench.push(...handshake);
	return bench;
}

describe('R5: FIN', () => {
	it('should end the flow with its last byte', () => {
		expect(connected().push(c(1001, 'ABC', FIN))).toEqual(['C> "ABC" end fin']);
	});

	it('should end the flow by itself when it comes without payload', () => {
		expect(connected().push(c(1001, 'ABC'), c(1004, '', FIN))).toEqual(['C> "ABC"', 'C> end fin']);
	});

	it('should wait for what is before it', () => {
		const bench = connected();
		expect(bench.push(c(1004, '', FIN))).toEqual([]);
		expect(bench.push(c(1001, 'AB'))).toEqual(['C> "AB"']);
		expect(bench.push(c(1003, 'C'))).toEqual(['C> "C"', 'C> end fin']);
	});

	it('should end the flow when what is before it was skipped', () => {
		const bench = connected();
		bench.push(c(1004, '', FIN));
		expect(bench.flush(1)).toEqual(['C> k3 end fin']);
	});

	it('should let go of what is held behind it', () => {
		const bench = connected();
		bench.push(c(1005, 'EFGH'), c(1001, 'AB'), c(1004, 'D', { flags: 'F' }));
		expect(bench.anomalyLines).toEqual(['data-after-fin 1005+4']);
		expect(bench.push(c(1003, 'C'))).toEqual(['C> "C"', 'C> "D" end fin']);
		expect(bench.counters.heldBytes).toBe(0);
	});

	it('should let go of the part of a held segment that lies behind it', () => {
		const bench = connected();
		bench.push(c(1004, 'DEFGH'), c(1006, '', FIN));
		expect(bench.push(c(1001, 'ABC'))).toEqual(['C> "ABC"', 'C> "DE"', 'C> end fin']);
		expect(bench.anomalyLines).toEqual(['data-after-fin 1006+3']);
	});

	it('should cut what comes for both sides of it', () => {
		const bench = connected();
		bench.push(c(1004, '', FIN));
		expect(bench.push(c(1001, 'ABCDEF'))).toEqual(['C> "ABC"', 'C> end fin']);
		expect(bench.anomalyLines).toEqual(['data-after-fin 1004+3']);
	});

	it('should not move once it is known', () => {
		const bench = connected();
		expect(bench.push(c(1006, '', FIN), c(1003, '', FIN), c(1001, 'ABCDE'))).toEqual(['C> "ABCDE"', 'C> end fin']);
	});

	it('should be ignored before what was delivered', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC'), c(1002, '', FIN), c(1004, 'DEF'))).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(bench.anomalyLines).toEqual(['fin-out-of-window 1002+0']);
	});

	it('should be ignored, and said once, far away', () => {
		const bench = connected();
		bench.push(c(1001 + 2 ** 30, 'x', FIN));
		expect(bench.anomalyLines).toEqual([`far-segment ${1001 + 2 ** 30}+1`]);
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
	});

	it('should tell of no more than what is new in data behind it', () => {
		const bench = connected();
		bench.push(c(1001, 'ABC', FIN), c(1001, 'ABC', FIN), c(1002, 'BCDE'));
		expect(bench.anomalyLines).toEqual(['data-after-fin 1004+2']);
		expect(bench.chunks[0]?.connection.statistics('client')).toMatchObject({ bytes: 3, dropped: 2, retransmitted: 1 });
	});

	it('should not be followed by data where a keepalive has a byte of garbage in its place', () => {
		const bench = connected();
		bench.push(c(1001, 'ABC', FIN), c(1004, 'x'));
		expect(bench.anomalies).toEqual([]);
	});
});

describe('R6: RST', () => {
	it('should end both directions when it comes exactly next', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC'), c(1004, '', RST))).toEqual(['C> "ABC"', 'C> rst', 'S> rst']);
		expect(bench.chunks.at(-1)?.last).toBe(true);
	});

	it('should let what is held go out first, with its skip', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'), s(5003, 'xyz'));
		expect(bench.push(s(5001, '', RST))).toEqual(['C> k3 "DEF"', 'C> rst', 'S> k2 "xyz"', 'S> rst']);
	});

	it.each([1, 100, 1 << 24])('should be ignored %i bytes ahead, unless the window is to count', ahead => {
		const strict = connected();
		expect(strict.push(c(1001 + ahead, '', RST), c(1001, 'ABC'))).toEqual(['C> "ABC"']);
		expect(strict.anomalyLines).toEqual([`rst-in-window ${1001 + ahead}+0`]);
		expect(connected({ rst: 'window' }).push(c(1001 + ahead, '', RST))).toEqual(['C> rst', 'S> rst']);
	});

	it.each([-1, -500, (1 << 24) + 1, 2 ** 31 - 1])('should always be ignored %i bytes ahead', ahead => {
		for (const rst of ['strict', 'window'] as const) {
			const bench = connected({ rst });
			expect(bench.push(c(1001 + ahead, '', RST), c(1001, 'ABC'))).toEqual(['C> "ABC"']);
			expect(bench.counters.anomalies['rst-out-of-window']).toBe(1);
		}
	});

	it('should have no payload that is stream data', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'no such port', RST), c(1001, 'x', RST))).toEqual(['C> rst', 'S> rst']);
		expect(bench.chunks[0]?.connection.statistics('client')).toMatchObject({ bytes: 0, dropped: 0 });
	});

	it('should end a connection whose SYN it refuses', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, '', SYN), s(0, '', { flags: 'R.' }))).toEqual(['C> start', 'C> rst', 'S> rst']);
	});

	it('should refuse no SYN but the one that it acknowledges', () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN), s(5001, 'xyz'));
		expect(bench.push(s(0, '', { flags: 'R.', ack: 999 }))).toEqual([]);
		expect(bench.anomalyLines).toEqual(['rst-in-window 0+0']);
		expect(bench.push(s(0, '', { flags: 'R.' }))).toEqual(['C> rst', 'S> k-1 "xyz"', 'S> rst']);
	});

	it('should end a direction that has not started behind what is held', () => {
		const bench = new Bench();
		bench.push(c(7001, 'ABC'));
		expect(bench.push(c(7002, '', RST))).toEqual([]);
		expect(bench.push(c(7004, '', RST))).toEqual(['C> k-1 "ABC"', 'C> rst']);
	});

	// A deviation from R6, on purpose: the peer's bytes are on the wire all the same, and often the answer is among them.
	it('should not end the other direction when it comes from a side that had sent its FIN', () => {
		const bench = connected();
		bench.push(c(1001, 'GET', FIN));
		expect(bench.push(c(1005, '', RST), s(5001, 'answer'), s(5007, '', FIN))).toEqual(['S> "answer"', 'S> end fin']);
	});

	it('should be said as the reason when the other direction, so refused, ends otherwise', () => {
		const bench = connected();
		bench.push(c(1001, 'GET', FIN), c(1005, '', RST), s(5001, 'answer'));
		expect(bench.end()).toEqual(['S> rst']);
	});

	// Another one: who goes on sending where it stood has never reset anything; somebody else wrote that RST.
	it('should count for nothing when its sender goes on exactly where it stood', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC'), c(1004, '', RST))).toEqual(['C> "ABC"', 'C> rst', 'S> rst']);
		expect(bench.push(c(1004, 'DEF'), s(5001, 'xyz'), c(1007, '', FIN))).toEqual(['C> "DEF"', 'S> "xyz"', 'C> end fin']);
		expect(bench.counters.connections).toBe(2);
		expect(bench.chunks.at(-1)).toMatchObject({ direction: 'client' });
		expect(bench.end()).toEqual(['S> eof']);
	});

	it('should count when the other side goes on', () => {
		const bench = connected();
		bench.push(c(1001, '', RST));
		expect(bench.push(s(5001, 'xyz'), c(1001, 'x', { flags: 'R' }), c(900, 'x'))).toEqual([]);
		expect(bench.counters.connections).toBe(1);
		expect(bench.anomalyLines).toEqual(['data-after-close 5001+3']);
	});

	it('should be followed by a new connection, not by the old one, when a SYN with payload comes', () => {
		const bench = connected();
		bench.push(c(1001, '', RST));
		const lines = bench.push(c(2000, 'GET', SYN), s(9000, '', { flags: 'S.', ack: 2004 }));
		expect(lines).toEqual(['C> start', 'C> "GET"', 'S> start']);
		expect(bench.counters.connections).toBe(2);
	});
});

describe('R7: after the end', () => {
	const ended = (options = {}) => {
		const bench = connected(options);
		bench.push(c(1001, 'ABC', FIN), s(5001, '', { ...FIN, ack: 1005 }));
		expect(bench.counters.flows).toBe(0);
		return bench;
	};

	it('should count late segments, and open no ghost', () => {
		const bench = ended();
		expect(bench.push(c(1005), c(1001, 'ABC'), c(1005, 'DEF'), s(5000, '', { flags: 'S.' }), c(1000, '', SYN))).toEqual([]);
		expect(bench.counters).toMatchObject({ connections: 1, flows: 0 });
		expect(bench.anomalyLines).toEqual(['data-after-close 1005+3']);
		expect(bench.chunks[0]?.connection.statistics('client')).toMatchObject({ packets: 7, bytes: 3, dropped: 3, retransmitted: 1 });
	});

	it('should answer undefined for a late segment, since it belongs to none that is open', () => {
		const { assembler } = ended();
		expect(assembler.push(c(1005))).toBeUndefined();
		expect(assembler.push(c(900000, '', SYN))?.id).toBe(2);
	});

	it('should take payload of a late SYN from behind the SYN', () => {
		const bench = connected();
		bench.push(c(1001, '', RST), c(1000, 'GET', SYN));
		expect(bench.anomalyLines).toEqual(['data-after-close 1001+3']);
	});

	it('should open a new connection at a SYN with another ISN', () => {
		const bench = ended();
		expect(bench.push(c(900000, '', SYN), c(900001, 'NEW'))).toEqual(['C> start', 'C> "NEW"']);
		expect(bench.counters.connections).toBe(2);
	});

	it('should open a new connection for what cannot belong to the old one', () => {
		const bench = ended();
		bench.push(c(1001 + 2 ** 30, 'NEW'));
		expect(bench.counters).toMatchObject({ connections: 2, heldBytes: 3 });
	});

	it('should remember it for lingerMs of packet time', () => {
		const late = (ms: number) => {
			const bench = ended({ lingerMs: 1000 });
			bench.push(c(1005, 'x', { ms }));
			return bench.counters.connections;
		};
		expect(late(1000)).toBe(1);
		expect(late(1001)).toBe(2);
	});

	it('should remember no more than maxLingering', () => {
		const bench = new Bench({ maxLingering: 1 });
		for (const connection of ['A', 'B']) {
			bench.push(c(1000, '', { ...SYN, connection }), s(0, '', { flags: 'R.', connection }));
		}
		bench.push(c(1001, 'late', { connection: 'B' }));
		expect(bench.counters.connections).toBe(2);
		bench.push(c(1001, 'late', { connection: 'A' }));
		expect(bench.counters.connections).toBe(3);
	});

	it('should keep a new connection between the same ends when the old one is forgotten', () => {
		const bench = ended({ maxLingering: 1 });
		bench.push(c(900000, '', SYN));
		for (const connection of ['A', 'B']) bench.push(c(1000, '', { ...SYN, connection }), s(0, '', { flags: 'R.', connection }));
		expect(bench.push(c(900001, 'NEW'))).toEqual(['C> "NEW"']);
		expect(bench.counters.connections).toBe(4);
	});

	it('should remember none with maxLingering 0', () => {
		const bench = ended({ maxLingering: 0 });
		bench.push(c(1005, 'x'));
		expect(bench.counters.connections).toBe(2);
	});

	it('should close the old connection first, with what it holds, where ports are used again', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'), s(5002, 'yz'));
		const lines = bench.push(c(900000, '', SYN));
		expect(lines).toEqual(['C> k3 "DEF"', 'C> reused', 'S> k1 "yz"', 'S> reused', 'C> start']);
		const [old, renewed] = [bench.chunks[0], bench.chunks.at(-1)].map(chunk => chunk?.connection.statistics('client'));
		expect([old?.packets, old?.closed, renewed?.packets]).toEqual([3, 'reused', 1]);
		expect(bench.chunks.map(chunk => chunk.last)).toEqual([false, false, false, false, false, true, false]);
	});

	it('should take the SYN of the other side for a new connection, too', () => {
		const bench = connected();
		bench.push(c(1001, 'ABC'), s(5001, 'xyz'));
		// It is the client of the new one, so that it has another name.
		expect(bench.push(s(900000, '', SYN))).toEqual(['C> reused', 'S> reused', '10.0.0.2:80:C> start']);
	});
});

describe('R12: the end of the packets', () => {
	it('should give what is held, its skips, an end only where there was one, and then eof', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'), c(1010, 'JKL', FIN), s(5003, 'z'));
		expect(bench.end()).toEqual(['C> k3 "DEF"', 'C> k3 "JKL" end fin', 'S> k2 "z"', 'S> eof']);
		expect(bench.counters).toMatchObject({ flows: 0, heldBytes: 0, heldSegments: 0 });
	});

	it('should close connections in the order in which they were opened', () => {
		const bench = new Bench();
		for (const connection of ['B', 'A', 'C']) bench.push(c(1000, '', { ...SYN, connection }));
		bench.push(c(1001, 'x', { connection: 'B' }));
		expect(bench.end()).toEqual(['B:C> eof', 'A:C> eof', 'C:C> eof']);
	});

	it('should say nothing of a direction that nobody saw', () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN), c(1001, 'ABC', FIN));
		expect(bench.end()).toEqual([]);
	});

	it('should say nothing more when it is said again', () => {
		const bench = connected();
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
		expect(bench.end()).toEqual([]);
	});

	it('should leave an assembler that can go on', () => {
		const bench = connected();
		bench.end();
		expect(bench.push(...handshake)).toEqual(['C> start', 'S> start']);
	});
});
