import { describe, expect, it } from 'vitest';
import { Bench, c, handshake, s } from '../../support/segments.js';

const SYN = { flags: 'S' };
const SYN_ACK = { flags: 'S.' };

describe('R8: a flow whose SYN was not seen', () => {
	it('should be held until its SYN comes', () => {
		const bench = new Bench();
		expect(bench.push(c(1004, 'DEF'), c(1001, 'ABC'))).toEqual([]);
		expect(bench.counters).toMatchObject({ heldBytes: 6, heldSegments: 2 });
		expect(bench.push(c(1000, '', SYN))).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"']);
	});

	it("should be held until the other side's SYN-ACK says where it starts", () => {
		const bench = new Bench();
		bench.push(c(1004, 'DEF'), c(1001, 'ABC'));
		expect(bench.push(s(5000, '', SYN_ACK))).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"', 'S> start']);
	});

	it("should not start where the other side's SYN-ACK says if that cannot be", () => {
		const bench = new Bench();
		bench.push(c(7001 + 2 ** 30, 'ABC'));
		expect(bench.push(s(5000, '', { flags: 'S.', ack: 7001 }))).toEqual(['S> start']);
		expect(bench.flush(1)).toEqual(['C> k-1 "ABC"']);
	});

	it('should be held until a limit', () => {
		const bench = new Bench({ maxHeldBytesPerFlow: 5 });
		expect(bench.push(c(7001, 'ABC'), c(7005, 'EFG'))).toEqual(['C> k-1 "ABC"']);
		expect(bench.push(c(7004, 'D'))).toEqual(['C> "D"', 'C> "EFG"']);
	});

	it('should be held until a flush', () => {
		const bench = new Bench();
		bench.push(c(7001, 'ABC'), c(7005, 'EFG'));
		expect(bench.flush(1)).toEqual(['C> k-1 "ABC"', 'C> k1 "EFG"']);
	});

	it('should be delivered at once with pickup, and not be given what lies before', () => {
		const bench = new Bench({ midstream: 'pickup' });
		expect(bench.push(c(7004, 'DEF'), c(7001, 'ABC'), c(7007, 'GHI'))).toEqual(['C> k-1 "DEF"', 'C> "GHI"']);
		expect(bench.anomalyLines).toEqual(['late-data 7001+3']);
	});

	it('should lose only what lies before the start of what it was picked up at', () => {
		const bench = new Bench({ midstream: 'pickup' });
		expect(bench.push(c(7004, 'DEF'), c(7002, 'BCDEFGH'))).toEqual(['C> k-1 "DEF"', 'C> "GH"']);
		expect(bench.anomalyLines).toEqual(['late-data 7002+2']);
	});

	it('should be waited for as many ms of packet time as it says', () => {
		const bench = new Bench({ midstream: 1000 });
		expect(bench.push(c(7004, 'DEF'), c(7001, 'ABC', { ms: 500 }), c(7010, 'JKL', { ms: 1000 }))).toEqual([]);
		// ABC is the first that it has, and came at 500.
		expect(bench.push(c(7007, 'GHI', { ms: 1500 }))).toEqual([]);
		expect(bench.push(c(7013, 'MNO', { ms: 1501 }))).toEqual(['C> k-1 "ABC"', 'C> "DEF"', 'C> "GHI"', 'C> "JKL"', 'C> "MNO"']);
	});

	it('should be picked up by a flush after as many ms, whatever the age of holes', () => {
		const bench = new Bench({ midstream: 1000 });
		bench.push(c(7001, 'ABC'));
		const never = Number.NEGATIVE_INFINITY;
		expect(bench.flush(never, never, 1000)).toEqual([]);
		expect(bench.flush(never, never, 1001)).toEqual(['C> k-1 "ABC"']);
	});

	it('should hold a hole as long as others do once it has started', () => {
		const bench = new Bench({ midstream: 1000 });
		bench.push(c(7001, 'ABC'), c(7004, 'DEF', { ms: 1001 }));
		expect(bench.push(c(7010, 'JKL', { ms: 2000 }), c(7013, 'MNO', { ms: 9000 }))).toEqual([]);
	});

	it('should end at a FIN without payload, nothing known of what was before', () => {
		const bench = new Bench();
		expect(bench.push(c(7001, '', { flags: 'F.' }))).toEqual([]);
		expect(bench.flush(1)).toEqual(['C> k-1 end fin']);
	});

	it('should fit into a gap, whatever lies before or behind what came first', () => {
		const bench = new Bench({ maxGap: 100 });
		bench.push(c(7000, 'A'), c(7100, 'B'), c(7101, 'x'), c(6999, 'x'), c(7050, 'C'), c(1, 'x'), c(7000 + 2 ** 31, 'x'));
		expect(bench.end()).toEqual(['C> k-1 "A"', 'C> k49 "C"', 'C> k49 "B"', 'C> eof']);
		expect(bench.counters.anomalies['far-segment']).toBe(4);
	});

	it('should stay in order however far down it is led', () => {
		const bench = new Bench({ maxGap: Number.POSITIVE_INFINITY });
		for (let i = 0; i < 64; i++) bench.push(c(-i * 2 ** 26, 'A'));
		bench.end();
		const [first, ...others] = bench.chunks.map(chunk => chunk.skip);
		expect(first).toBe(-1);
		expect(others.every(skip => skip >= 0 && skip < 2 ** 29)).toBe(true);
	});

	it('should take its SYN for that of another connection if it cannot be its own', () => {
		const bench = new Bench();
		bench.push(c(7001, 'ABC'));
		expect(bench.push(c(900000, '', SYN))).toEqual(['C> k-1 "ABC"', 'C> reused', 'C> start']);
	});

	it('should not take the FIN of an old connection for its own', () => {
		const bench = new Bench();
		bench.push(c(7001, '', { flags: 'F.' }));
		expect(bench.push(c(900000, '', SYN), c(900001, 'ABC'))).toEqual(['C> k-1 end fin', 'C> start', 'C> "ABC"']);
		expect(bench.end()).toEqual(['C> eof']);
	});
});

describe('R8: a flow that was picked up before its SYN came', () => {
	const pickedUp = () => {
		const bench = new Bench({ midstream: 'pickup' });
		expect(bench.push(c(1004, 'DEF'))).toEqual(['C> k-1 "DEF"']);
		return bench;
	};

	it('should go on when the SYN comes late, however often', () => {
		const bench = pickedUp();
		expect(bench.push(c(1000, '', SYN), c(1000, '', SYN), c(1007, 'GHI'))).toEqual(['C> "GHI"']);
		expect(bench.counters.connections).toBe(1);
	});

	it('should still know what came too late', () => {
		const bench = pickedUp();
		bench.push(c(1000, '', SYN), c(1001, 'ABC'));
		expect(bench.anomalyLines).toEqual(['late-data 1001+3']);
	});

	it('should take a late copy of its SYN for no new connection after it has ended', () => {
		const bench = pickedUp();
		bench.push(c(1007, '', { flags: 'F.' }), s(5001, '', { flags: 'F.', ack: 1008 }));
		expect(bench.push(c(1000, '', SYN))).toEqual([]);
		expect(bench.counters.connections).toBe(1);
	});

	it('should still take the SYN of another connection for what it is', () => {
		const bench = pickedUp();
		expect(bench.push(c(1000, '', SYN), c(900000, '', SYN))).toEqual(['C> reused', 'C> start']);
	});
});

describe('R7: two SYNs of one side with different ISNs', () => {
	const twoSyns = () => [c(1000, '', SYN), c(2000, '', SYN)];

	it("should let the other side's SYN-ACK decide for the first", () => {
		const bench = new Bench();
		expect(bench.push(...twoSyns(), s(5000, '', SYN_ACK), c(1001, 'ABC'))).toEqual(['C> start', 'S> start', 'C> "ABC"']);
		expect(bench.counters.connections).toBe(1);
	});

	it("should let the other side's SYN-ACK decide for the second", () => {
		const bench = new Bench();
		const lines = bench.push(...twoSyns(), s(5000, '', { flags: 'S.', ack: 2001 }), c(2001, 'ABC'));
		expect(lines).toEqual(['C> start', 'S> start', 'C> "ABC"']);
	});

	it("should let the client's ACK decide between two SYN-ACKs", () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN), s(5000, '', SYN_ACK), s(7000, '', SYN_ACK));
		expect(bench.push(c(1001, '', { ack: 7001 }), s(7001, 'ABC'))).toEqual(['S> "ABC"']);
	});

	it('should let the data decide where only one side was captured', () => {
		const bench = new Bench();
		expect(bench.push(...twoSyns(), c(2001, 'ABC'))).toEqual(['C> start', 'C> "ABC"']);
	});

	it('should give what was held for the one that counts', () => {
		const bench = new Bench();
		expect(bench.push(...twoSyns(), c(2004, 'DEF'), c(2001, 'ABC'))).toEqual(['C> start', 'C> "ABC"', 'C> "DEF"']);
		expect(bench.counters.heldBytes).toBe(0);
	});

	it('should take what was held for the other one for nothing, if they are far apart', () => {
		const bench = new Bench();
		const far = 1000 + 2 ** 30;
		bench.push(c(1000, '', SYN), c(far, '', SYN), c(1010, 'OLD'), c(1020, '', { flags: 'F.' }));
		expect(bench.push(s(5000, '', { flags: 'S.', ack: far + 1 }), c(far + 1, 'ABC'))).toEqual(['S> start', 'C> "ABC"']);
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
		expect(bench.anomalyLines).toEqual(['far-segment 1010+3']);
	});

	it('should let a FIN without payload decide as data do', () => {
		const bench = new Bench();
		expect(bench.push(...twoSyns(), c(2001, '', { flags: 'F.' }))).toEqual(['C> start', 'C> end fin']);
	});

	it('should not move a start from which bytes were delivered', () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN), c(1002, '', SYN), c(1001, 'ABCDEFGHIJ'), s(5000, '', { flags: 'S.', ack: 1011 }));
		expect(bench.push(c(1011, 'KLM'))).toEqual(['C> "KLM"']);
		expect(bench.stream()).toBe('ABCDEFGHIJKLM');
	});

	it('should not believe an ACK that fits to neither', () => {
		const bench = new Bench();
		bench.push(...twoSyns(), s(5001, '', { ack: 2 ** 31 }));
		expect(bench.push(s(5001, '', { ack: 2001 }), c(2001, 'ABC'))).toEqual(['C> "ABC"']);
	});

	it('should take a second SYN for another connection once the first was acknowledged', () => {
		const bench = new Bench();
		bench.push(...handshake);
		expect(bench.push(c(2000, '', SYN))).toEqual(['C> reused', 'S> reused', 'C> start']);
	});

	it('should take a second SYN for another connection once data came, though nobody acknowledged the first', () => {
		const delivered = new Bench();
		delivered.push(c(1000, '', SYN), c(1001, 'ABC'));
		expect(delivered.push(c(900000, '', SYN), c(900001, 'NEW'))).toEqual(['C> reused', 'C> start', 'C> "NEW"']);
		const held = new Bench();
		held.push(c(1000, '', SYN), c(1004, 'DEF'));
		expect(held.push(c(900000, '', SYN))).toEqual(['C> k3 "DEF"', 'C> reused', 'C> start']);
	});

	it('should take a SYN-ACK that cannot be for a contradiction on a running connection', () => {
		const bench = new Bench();
		bench.push(...handshake, c(1001, 'ABC'), s(5001, 'xyz'));
		expect(bench.push(s(9000, '', SYN_ACK), s(5004, 'uvw'))).toEqual(['S> "uvw"']);
		expect(bench.anomalyLines).toEqual(['syn-with-other-isn 9000+0']);
	});

	it('should end the connection where the second one counts and all that comes after it is held', () => {
		const bench = new Bench();
		bench.push(s(5001, 'xyz', { flags: 'F' }));
		expect(bench.flush(1)).toEqual(['S> k-1 "xyz" end fin']);
		bench.push(...twoSyns(), c(1999, '..ABC', { flags: 'F.' }));
		expect(bench.push(s(5005, '', { ack: 2001 }))).toEqual(['C> "ABC" end fin']);
		expect(bench.counters.flows).toBe(0);
	});
});

describe('R15: payload of a SYN', () => {
	it('should be stream data behind the SYN', () => {
		expect(new Bench().push(c(1000, 'GET', SYN), c(1004, 'REST'))).toEqual(['C> start', 'C> "GET"', 'C> "REST"']);
	});

	it('should be delivered once when it comes again with the SYN', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, 'GET', SYN), c(1000, 'GET', SYN))).toEqual(['C> start']);
		expect(bench.push(s(5000, '', { ...SYN_ACK, ack: 1004 }))).toEqual(['C> "GET"', 'S> start']);
		expect(bench.anomalies).toEqual([]);
	});

	it('should wait for the other side to acknowledge it, and be delivered as far as that does', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, 'GET /', SYN))).toEqual(['C> start']);
		expect(bench.counters).toMatchObject({ heldBytes: 5, heldSegments: 1 });
		expect(bench.push(s(5000, '', { ...SYN_ACK, ack: 1004 }))).toEqual(['C> "GET"', 'S> start']);
		expect(bench.push(c(1004, ' /index'))).toEqual(['C> " /index"']);
		expect(bench.counters).toMatchObject({ heldBytes: 0, heldSegments: 0 });
	});

	it('should be delivered once when the server did not take it, and it comes again behind the handshake', () => {
		const bench = new Bench();
		const lines = bench.push(c(1000, 'GET', SYN), s(5000, '', SYN_ACK), c(1001, 'GET /'));
		expect(lines).toEqual(['C> start', 'S> start', 'C> "GET /"']);
		expect(bench.chunks[0]?.connection.statistics('client')).toMatchObject({ bytes: 5, overlapped: 3, dropped: 0 });
	});

	it('should be delivered when only the second SYN has it', () => {
		const bench = new Bench();
		expect(bench.push(c(1000, '', SYN), c(1000, 'GET', SYN), c(1004, ' /'))).toEqual(['C> start', 'C> "GET"', 'C> " /"']);
	});

	it('should be delivered when its sender goes on behind it, or ends', () => {
		expect(new Bench().push(c(1000, 'GET', SYN), c(1005, 'X'), c(1004, ' '))).toEqual(['C> start', 'C> "GET"', 'C> " "', 'C> "X"']);
		expect(new Bench().push(c(1000, 'GET', SYN), c(1004, '', { flags: 'F.' }))).toEqual(['C> start', 'C> "GET"', 'C> end fin']);
	});

	it('should be delivered when nothing more comes, be it by age or at the end', () => {
		const bench = new Bench();
		bench.push(c(1000, 'GET', SYN));
		expect(bench.flush(1)).toEqual(['C> "GET"']);
		const other = new Bench();
		other.push(c(1000, 'GET', SYN));
		expect(other.end()).toEqual(['C> "GET"', 'C> eof']);
	});

	it('should be within the limits', () => {
		const bench = new Bench({ maxHeldBytes: 2 });
		expect(bench.push(c(1000, 'GET', SYN))).toEqual(['C> start', 'C> "GET"']);
	});

	it('should all be let go where it came in several lengths with a SYN that does not count', () => {
		const bench = new Bench();
		bench.push(c(1000, 'GET / HTTP', SYN), c(1000, 'PUT', SYN), c(1020, '', SYN), s(5000, '', { ...SYN_ACK, ack: 1021 }));
		expect(bench.push(c(1021, 'NEW'))).toEqual(['C> "NEW"']);
		expect(bench.counters).toMatchObject({ heldBytes: 0, heldSegments: 0 });
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
	});

	it('should all be delivered where it came in several lengths', () => {
		const bench = new Bench();
		bench.push(c(1000, 'GET / HTTP', SYN), c(1000, 'PUT', SYN));
		expect(bench.push(c(1011, '!')).join(' ')).toBe('C> "PUT" C> " / HTTP" C> "!"');
	});

	it('should not go on behind a FIN that came before it', () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN), c(1001, '', { flags: 'F.', cut: 0 }), c(1000, 'GET', SYN));
		expect(bench.stream()).toBe('');
		const other = new Bench();
		other.push(c(1000, 'GE', SYN), c(1001, 'x', { flags: 'F.', cut: 1 }));
		expect(other.push(c(1000, 'GET /', SYN))).toEqual(['C> "G"', 'C> end fin']);
		expect(other.counters).toMatchObject({ heldBytes: 0, heldSegments: 0 });
	});

	it('should end the flow with a FIN that came before it, and nothing may follow', () => {
		const bench = new Bench();
		bench.push(c(1000, 'GE', SYN), c(1001, 'x', { flags: 'F.', cut: 1 }));
		expect(bench.push(c(1003, 'MORE'))).toEqual(['C> "G"', 'C> end fin']);
		expect(bench.anomalyLines).toEqual(['data-after-fin 1002+1', 'data-after-fin 1003+4']);
	});

	it('should not be of a SYN that does not count', () => {
		const bench = new Bench();
		const lines = bench.push(c(1000, 'OLD', SYN), c(2000, '', SYN), s(5000, '', { ...SYN_ACK, ack: 2001 }), c(2001, 'NEW'));
		expect(lines).toEqual(['C> start', 'S> start', 'C> "NEW"']);
		expect(bench.anomalyLines).toEqual(['syn-with-other-isn 1001+3']);
	});

	it('should end with a FIN on the same segment', () => {
		expect(new Bench().push(c(1000, 'GET', { flags: 'SF' }))).toEqual(['C> start', 'C> "GET" end fin']);
	});

	it.each([
		['SYN', c(1000, 'PUT', SYN), c(1004, ' /')],
		['segment', c(1001, 'PUT'), c(1004, ' /')],
	])('should let the later of two payloads count where they differ, and say so: a %s', (_, second, third) => {
		const bench = new Bench();
		const lines = bench.push(c(1000, 'GET', SYN), second, third);
		expect(lines).toEqual(['C> start', 'C> "PUT"', 'C> " /"']);
		expect(bench.anomalyLines).toEqual(['overlap-conflict 1001+3']);
	});
});

describe('R16: who is the client', () => {
	const roles = (bench: Bench) => {
		const { connection } = bench.chunks[0] as Bench['chunks'][number];
		return [connection.client.port, connection.guessed];
	};

	it('should be who sent the SYN, whatever the ports', () => {
		const bench = new Bench();
		bench.push(s(5000, '', SYN));
		expect(roles(bench)).toEqual([80, false]);
	});

	it('should be whom a SYN-ACK is for', () => {
		const bench = new Bench();
		bench.push(c(1000, '', SYN_ACK));
		expect(roles(bench)).toEqual([80, false]);
		expect(bench.chunks.map(chunk => chunk.direction)).toEqual(['server']);
	});

	it('should be known from a SYN-ACK that comes before anything is delivered', () => {
		const bench = new Bench();
		bench.push(s(5001, 'xyz'), s(5000, '', SYN_ACK));
		expect(roles(bench)).toEqual([1024, false]);
	});

	it('should be guessed by the higher port, and said to be', () => {
		const bench = new Bench({ midstream: 'pickup' });
		bench.push(s(5001, 'xyz'));
		expect(roles(bench)).toEqual([1024, true]);
		expect(bench.chunks[0]?.direction).toBe('server');
	});

	it('should not change once it was said', () => {
		const bench = new Bench({ midstream: 'pickup' });
		bench.push(s(5001, 'xyz'), s(5000, '', SYN));
		expect(roles(bench)).toEqual([1024, true]);
	});

	it('should be who sends first if the ports are the same', () => {
		const bench = new Bench({ midstream: 'pickup' });
		const segment = s(5001, 'xyz');
		segment.block.set([4, 0], segment.headerAt);
		bench.push(segment);
		expect(bench.chunks[0]?.direction).toBe('client');
	});
});

describe('a SYN-ACK whose SYN was not captured', () => {
	it('should start both directions, and close both', () => {
		const bench = new Bench();
		expect(bench.push(s(5000, '', SYN_ACK), c(1001, 'ABC'))).toEqual(['S> start', 'C> start', 'C> "ABC"']);
		expect(bench.end()).toEqual(['C> eof', 'S> eof']);
	});

	it('should say nothing of the client where nothing of it was captured', () => {
		const bench = new Bench();
		bench.push(s(5000, '', SYN_ACK));
		expect(bench.flush(0, 1)).toEqual(['S> idle']);
		expect(bench.chunks.map(chunk => chunk.last)).toEqual([false, true]);
	});

	it('should know the SYN when it comes behind it', () => {
		const bench = new Bench();
		bench.push(s(5000, '', SYN_ACK));
		expect(bench.push(c(1000, '', SYN), c(1000, '', SYN), c(1001, 'ABC'))).toEqual(['C> start', 'C> "ABC"']);
		expect(bench.counters.connections).toBe(1);
	});
});
