import { describe, expect, it } from 'vitest';
import { frame } from '../../../marbles/frame.js';
import { parsePacketLine } from '../../../marbles/packetLine.js';
import { Flush } from '../../../src/assembly/flush.js';
import { packetOf } from '../../../src/packet.js';
import { TcpDecoder } from '../../../src/wire/tcpDecoder.js';
import { Bench, c, changed, handshake, s } from '../../support/segments.js';

function connected(options = {}): Bench {
	const bench = new Bench(options);
	bench.push(...handshake);
	return bench;
}

const statistics = (bench: Bench) => bench.chunks[0]?.connection.statistics('client');

describe('R1: sequence numbers', () => {
	it.each([0, 1, 0x7ffffffc, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff])('should wrap wherever the ISN is: %i', isn => {
		const bench = new Bench();
		bench.push(c(isn, '', { flags: 'S' }), c(isn + 7, 'GHI'), c(isn + 4, 'DEF'), c(isn + 1, 'ABC'), c(isn + 2, 'BCDEFGHIJK'));
		expect(bench.stream()).toBe('ABCDEFGHIJK');
	});

	it('should go once around', () => {
		const bench = new Bench();
		const step = 60_000;
		const payload = new Uint8Array(step);
		bench.push(c(1000, '', { flags: 'S' }));
		const part = c(0, payload);
		const steps = Math.ceil(2 ** 32 / step) + 5;
		for (let i = 0; i < steps; i++) bench.assembler.push(changed(part, { seq: (1001 + i * step) | 0 }));
		bench.assembler.push(changed(part, { seq: (1001 + (steps - 1) * step) | 0 }));
		expect(statistics(bench)).toMatchObject({ bytes: steps * step, skipped: 0, dropped: 0, retransmitted: 1 });
	});

	it('should not take a repetition for late two gigabytes behind a start that was not seen, or a hole', () => {
		const bench = new Bench({ midstream: 'pickup' });
		const step = 60_000;
		const payload = new Uint8Array(step);
		const part = c(0, payload);
		const push = (i: number) => bench.assembler.push(changed(part, { seq: (1001 + i * step) | 0 }));
		const steps = Math.ceil(2 ** 31 / step) + 1000;
		push(0);
		push(2);
		bench.assembler.flush(new Flush(1, 1, Number.NEGATIVE_INFINITY));
		for (let i = 3; i < steps; i++) push(i);
		for (let back = 1; back < 2000; back++) push(steps - back);
		expect(bench.counters.anomalies['late-data']).toBe(0);
		expect(statistics(bench)).toMatchObject({ skipped: step, retransmitted: 1999 });
	});
});

describe('R2: what brings nothing new', () => {
	it('should give no chunk, but be counted', () => {
		const bench = connected();
		bench.push(c(1001, 'ABCDEF'));
		expect(bench.push(c(1001, 'ABC'), c(1004, 'DEF'), c(1006, 'x'), c(1007), c(1000, '', { flags: 'S' }))).toEqual([]);
		expect(statistics(bench)).toMatchObject({ packets: 8, bytes: 6, retransmitted: 4, dropped: 0 });
	});

	it('should give no chunk for a repetition of what is held', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'), c(1004, 'DEF'), c(1005, 'E'));
		expect(bench.push(c(1001, 'ABC'))).toEqual(['C> "ABC"', 'C> "DEF"']);
		expect(statistics(bench)).toMatchObject({ retransmitted: 2, outOfOrder: 3 });
	});

	it('should say where and when each byte came from', () => {
		const bench = new Bench();
		bench.push(c(1000, '', { flags: 'S', packet: 1, ms: 1 }), c(1004, 'DEF', { packet: 2, ms: 2 }), c(1001, 'ABCD', { packet: 3, ms: 3 }));
		bench.push(c(1007, '', { flags: 'F', packet: 4, ms: 4 }));
		const from = bench.chunks.map(({ packet, seen, length }) => [packet, seen.ms, length]);
		expect(from).toEqual([
			[1, 1, 0],
			[3, 3, 4],
			[2, 2, 2],
			[4, 4, 0],
		]);
	});
});

describe('R3: held bytes that disagree', () => {
	it('should be settled by the policy also where the newer segment fills the hole before them', () => {
		const bench = connected({ overlap: 'first' });
		bench.push(c(1004, 'DEF'));
		expect(bench.push(c(1001, 'ABCxyzGH'))).toEqual(['C> "ABC"', 'C> "DEF"', 'C> "GH"']);
		expect(bench.anomalyLines).toEqual(['overlap-conflict 1004+3']);
	});

	it('should not be told of where they agree', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'), c(1005, 'EFG'), c(1001, 'ABCDEF'));
		expect(bench.anomalies).toEqual([]);
	});
});

describe('R4: anomalies', () => {
	it('should be told with the flow, the connection, the interval, the packet and its time', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF', { ms: 7, packet: 4 }), c(1004, 'xyz', { ms: 8, packet: 5 }));
		const [anomaly] = bench.anomalies;
		expect(anomaly).toMatchObject({ kind: 'overlap-conflict', sequence: 1004, length: 3, packet: 5 });
		expect([String(anomaly?.flow), anomaly?.seen.ms]).toEqual(['10.0.0.1:1024->10.0.0.2:80', 8]);
		expect(anomaly?.connection).toBe(bench.chunks[0]?.connection);
	});

	it('should be counted by kind, also where nobody listens', () => {
		const bench = connected();
		bench.push(c(1001, 'ABC', { flags: 'F.' }), c(1004, 'DEF'), c(1007, 'GHI'), s(5000, '', { flags: 'R' }));
		expect(bench.counters.anomalies).toMatchObject({ 'data-after-fin': 2, 'rst-out-of-window': 1, 'late-data': 0 });
	});

	it('should have unsigned sequence numbers', () => {
		const bench = new Bench();
		bench.push(c(0xfffffff0, '', { flags: 'S' }), c(0xfffffff1, 'A', { flags: 'F' }), c(0xfffffff2, 'BC'));
		expect(bench.anomalyLines).toEqual(['data-after-fin 4294967282+2']);
	});

	it('should tell of what comes for a hole that was skipped', () => {
		const bench = connected();
		bench.push(c(1007, 'GHI'));
		bench.flush(1);
		bench.push(c(1001, 'ABC'), c(1004, 'DEFG'));
		expect(bench.anomalyLines).toEqual(['late-data 1001+3', 'late-data 1004+3']);
		expect(statistics(bench)).toMatchObject({ bytes: 3, skipped: 6, dropped: 6, retransmitted: 0 });
	});

	it('should tell of the late part of a segment that also brings something new', () => {
		const bench = connected();
		bench.push(c(1004, 'DEF'));
		bench.flush(1);
		expect(bench.push(c(1002, 'BCDEFGHI'))).toEqual(['C> "GHI"']);
		expect(bench.anomalyLines).toEqual(['late-data 1002+2']);
	});

	it('should take two holes that touch for one', () => {
		const bench = connected();
		bench.push(c(1001, 'AB', { cut: 2 }), c(1005, 'EF'));
		bench.flush(1);
		bench.push(c(1001, 'ABCD'));
		expect(bench.anomalyLines).toEqual(['late-data 1001+4']);
	});
});

describe('R9: a flow that lost more than any hole may have', () => {
	const far = 1001 + 1000;

	it('should go on where the other side says that it is', () => {
		const bench = connected({ maxGap: 100 });
		bench.push(c(1004, 'DEF'), c(far, 'XYZ'), s(5001, '', { ack: far + 3 }));
		expect(bench.push(c(far + 3, 'abc'))).toEqual([`C> k${far + 3 - 1007} "abc"`]);
		expect(bench.stream()).toHaveLength(far + 6 - 1001);
		expect(bench.anomalyLines).toEqual([`far-segment ${far}+3`]);
		expect(bench.push(c(far + 6, 'def'))).toEqual(['C> "def"']);
	});

	it.each([
		['where nothing of it was seen', s(5001, '', { ack: far + 500 })],
		['where it is', s(5001, '', { ack: 1001 })],
		['behind it', s(5001, '', { ack: 900 })],
	])('should stay where it is if the other side is %s', (_, ack) => {
		const bench = connected({ maxGap: 100 });
		expect(bench.push(c(far, 'XYZ'), ack, c(1001, 'ABC'))).toEqual(['C> "ABC"']);
		expect(bench.push(c(far + 3, 'abc'))).toEqual([]);
	});
});

describe('R9: a segment half the sequence space away', () => {
	it.each([
		['with what is near', [c(1001, 'ABC'), c(1004 + 2 ** 31, 'xy'), c(1004, 'DEF')], ['C> "ABC"', 'C> "DEF"']],
		['with a FIN that comes before the end', [c(1001 + 2 ** 31, 'xy'), c(1001, '', { flags: 'F.' })], ['C> end fin']],
		['with a FIN of its own', [c(1001 + 2 ** 31, 'xy', { flags: 'F.' }), c(1001, 'ABC')], ['C> "ABC"']],
	])('should be dropped, since it is as far behind as ahead: %s', (_, segments, lines) => {
		const bench = connected();
		expect(bench.push(...segments)).toEqual(lines);
		expect(bench.flush(Number.POSITIVE_INFINITY)).toEqual([]);
		expect(bench.counters).toMatchObject({ heldBytes: 0, heldSegments: 0, anomalies: { 'far-segment': 1 } });
	});

	it('should be dropped if it is far behind, too', () => {
		const bench = connected();
		bench.push(c(1001 - 2 ** 29 - 1, 'old'), c(1001 - 2 ** 31 + 1, 'older'));
		expect(bench.anomalies.map(({ kind }) => kind)).toEqual(['far-segment', 'far-segment']);
		expect(bench.push(c(1001, 'ABC'))).toEqual(['C> "ABC"']);
	});
});

describe('R9: a segment far ahead', () => {
	it('should be dropped beyond maxGap, and held up to it', () => {
		const bench = connected({ maxGap: 100 });
		bench.push(c(1101, 'A'), c(1102, 'B'), c(1000 + 2 ** 31, 'C'));
		expect(bench.anomalyLines).toEqual(['far-segment 1102+1', `far-segment ${1000 + 2 ** 31}+1`]);
		expect(bench.counters.heldBytes).toBe(1);
		expect(statistics(bench)).toMatchObject({ dropped: 2 });
	});

	it('should be no allocation of the hole before it', () => {
		const bench = connected();
		bench.push(c(1001 + 16 * 2 ** 20, 'A'));
		expect(bench.counters).toMatchObject({ heldBytes: 1, heldSegments: 1 });
	});

	it('should be no further than a distance has a meaning, whatever was asked for', () => {
		const bench = connected({ maxGap: Number.POSITIVE_INFINITY });
		bench.push(c(1001 + 2 ** 29, 'A'), c(1002 + 2 ** 29, 'B'));
		expect(bench.end()).toEqual([`C> k${2 ** 29} "A"`, 'C> eof', 'S> eof']);
	});
});

describe('R13: a segment cut by the capture', () => {
	it('should say its missing tail with the next chunk', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABCDEFGHIJ', { cut: 6 }))).toEqual(['C> "ABCD"']);
		expect(bench.push(c(1011, 'KL', { cut: 1 }), c(1013, '', { flags: 'F.' }))).toEqual(['C> k6 "K"', 'C> k1 end fin']);
	});

	it('should say it at the end if nothing follows', () => {
		const bench = connected();
		bench.push(c(1001, 'ABCDEFGHIJ', { cut: 6 }));
		expect(bench.end()).toEqual(['C> k6 eof', 'S> eof']);
	});

	it('should be skipped as a whole if nothing of its payload was captured', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC', { cut: 3 }), c(1004, 'DEF'))).toEqual(['C> k3 "DEF"']);
	});

	it('should not wait for what nothing was captured of, so that a capture of headers loses no count', () => {
		const bench = connected();
		const headers = (seq: number) => c(seq, 'x'.repeat(100), { cut: 100 });
		bench.push(headers(1001), headers(1201), headers(1101), headers(1401), c(1501, '', { flags: 'F.' }));
		expect(bench.chunks.at(-1)?.skip).toBe(500);
		expect(bench.chunks.at(-1)?.closed).toBe('fin');
	});

	it('should wait for what was captured all the same', () => {
		const bench = connected();
		bench.push(c(1010, 'JKL'), c(1020, 'xxx', { cut: 3 }));
		expect(bench.push(c(1001, 'ABCDEFGHI'))).toEqual(['C> "ABCDEFGHI"', 'C> "JKL"']);
		expect(bench.push(c(1030, 'xxx', { cut: 3 }), c(1033, 'ghi'))).toEqual(['C> k20 "ghi"']);
	});

	it('should be held, and then say its missing tail', () => {
		const bench = connected();
		bench.push(c(1004, 'DEFGHI', { cut: 3 }), c(1010, 'JKL'));
		expect(bench.push(c(1001, 'ABC'))).toEqual(['C> "ABC"', 'C> "DEF"', 'C> k3 "JKL"']);
	});

	it('should not skip what is there already', () => {
		const bench = connected();
		bench.push(c(1006, 'FG'));
		expect(bench.push(c(1001, 'ABCDEFGH', { cut: 6 }))).toEqual(['C> "AB"', 'C> k3 "FG"']);
	});

	it('should not skip the FIN', () => {
		const bench = connected();
		expect(bench.push(c(1006, '', { flags: 'F.' }), c(1001, 'ABCDEFGH', { cut: 6 }))).toEqual(['C> "AB"', 'C> k3 end fin']);
		expect(bench.end()).toEqual(['S> eof']);
	});

	it('should end the flow with its FIN, the tail skipped', () => {
		expect(connected().push(c(1001, 'ABC', { cut: 2, flags: 'F.' }))).toEqual(['C> "A"', 'C> k2 end fin']);
	});

	it('should be too late when it comes whole', () => {
		const bench = connected();
		expect(bench.push(c(1001, 'ABC', { cut: 2 }), c(1001, 'ABC'), c(1004, 'DEF'))).toEqual(['C> "A"', 'C> k2 "DEF"']);
		expect(bench.anomalyLines).toEqual(['late-data 1002+2']);
	});

	it('should say no more than that the start is not known before what was picked up', () => {
		const bench = new Bench({ midstream: 'pickup' });
		expect(bench.push(c(7001, 'ABC', { cut: 3 }), c(7004, 'DEF'))).toEqual(['C> k-1 "DEF"']);
		expect(statistics(bench)).toMatchObject({ bytes: 3, skipped: 0 });
	});

	it('should be far if it says that more is missing than any hole may have', () => {
		const bench = connected();
		expect(bench.push(changed(c(1001, 'ABC'), { missing: 2 ** 31 }), c(1001, 'ABC'))).toEqual(['C> "ABC"']);
		expect(bench.anomalyLines).toEqual(['far-segment 1001+3']);
	});
});

describe('R14: the length of the payload', () => {
	it('should not count Ethernet padding, in either version of IP', () => {
		for (const version of [4, 6] as const) {
			const bench = new Bench();
			bench.push(c(1000, '', { flags: 'S', version }), c(1001, 'A', { version, pad: true }), c(1002, 'B', { version, pad: true }));
			expect(bench.stream()).toBe('AB');
		}
	});

	it('should be what was captured where IP says 0', () => {
		const bytes = frame(parsePacketLine('C> . 1001:1004(3) "ABC"'));
		bytes.set([0, 0], 16);
		const segment = new TcpDecoder().decode(packetOf({ bytes, timestamp: 0 }));
		const bench = connected();
		if (segment === null) throw new Error('the segment was rejected');
		expect(bench.push(segment)).toEqual(['C> "ABC"']);
	});
});

describe('R18: conservation', () => {
	it('should account for every byte: delivered, skipped, dropped or repeated', () => {
		const bench = connected();
		bench.push(c(1001, 'ABC'), c(1002, 'BC'), c(1010, 'JKL'));
		bench.flush(1);
		bench.push(c(1004, 'DEF'), c(1020, 'TUV', { cut: 1 }), c(1013, 'MNOPQRS'), c(1023, '', { flags: 'F.' }), c(1023, 'xyz'));
		bench.end();
		const { bytes = 0, skipped = 0, dropped = 0 } = statistics(bench) ?? {};
		expect(bench.stream()).toBe('ABC......JKLMNOPQRSTU.');
		expect({ bytes, skipped, dropped }).toEqual({ bytes: 15, skipped: 7, dropped: 6 });
		expect(bytes + skipped).toBe(1023 - 1001);
	});

	it('should know packets, and the first and the last time of each direction', () => {
		const bench = new Bench();
		bench.push(c(1000, '', { flags: 'S', ms: 5 }), c(1001, 'ABC', { ms: 9 }), c(1001, 'ABC', { ms: 7 }));
		const { packets, firstSeen, lastSeen } = statistics(bench) ?? {};
		expect([packets, firstSeen?.ms, lastSeen?.ms]).toEqual([3, 5, 7]);
		const unseen = bench.chunks[0]?.connection.statistics('server');
		expect([unseen?.packets, unseen?.firstSeen, unseen?.lastSeen]).toEqual([0, undefined, undefined]);
	});
});
