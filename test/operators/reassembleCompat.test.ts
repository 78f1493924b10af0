import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ReassembleOptions, reassemble } from '../../operators/reassemble.js';
import { Flush, type Reassembly, type Segment } from '../../src/index.js';
import { c, s, textOf } from '../support/segments.js';

type Item = Segment | Flush;

/** gopacket's behaviour, with its chunks as lines: `k3 "GHI" end`, and `done` when the stream completes. */
class Gopacket {
	readonly chunks: Reassembly[] = [];
	private readonly items = new Subject<Item>();
	private lines: string[] = [];

	constructor(options: ReassembleOptions = {}) {
		this.items.pipe(reassemble({ compat: 'tcpassembly', ...options })).subscribe(chunk => {
			this.chunks.push(chunk);
			this.lines.push(...linesOf(chunk));
		});
	}

	push(...items: readonly Item[]): string[] {
		for (const item of items) this.items.next(item);
		return this.news();
	}

	/** FlushAll. */
	end(): string[] {
		this.items.complete();
		return this.news();
	}

	private news(): string[] {
		const { lines } = this;
		this.lines = [];
		return lines;
	}
}

/** gopacket says a completion by a call; here it is `closed`, on a chunk of its own where there is no other. */
function linesOf({ direction, skip, start, bytes, end, closed }: Reassembly): string[] {
	const words = [
		...(direction === 'server' ? ['server'] : []),
		...(skip !== 0 ? [`k${skip}`] : []),
		...(start ? ['start'] : []),
		`"${textOf(bytes)}"`,
		...(end ? ['end'] : []),
	];
	if (closed === undefined) return [words.join(' ')];
	const isNoChunk = bytes.length === 0 && skip === 0 && !start && !end;
	return isNoChunk ? ['done'] : [words.join(' '), 'done'];
}

const SYN = { flags: 'S' };
const FIN = { flags: 'F.' };
const RST = { flags: 'R' };

/** A stream that has delivered up to 1001. */
function started(options: ReassembleOptions = {}): Gopacket {
	const gopacket = new Gopacket(options);
	expect(gopacket.push(c(1000, '', SYN))).toEqual(['start ""']);
	return gopacket;
}

/** `FlushWithOptions{T, CloseAll}`; times in ms. */
const flush = (before: number, closeAll = true) => new Flush(before, before, closeAll ? before : Number.NEGATIVE_INFINITY);

describe('compat: which streams there are', () => {
	it('C1: should take each direction for a stream of its own, and not look at VLANs', () => {
		expect(started().push(c(1001, 'ABC', { vlan: 5 }), s(5001, 'xyz'))).toEqual(['"ABC"']);
	});

	it('C2: should ignore a bare ACK wholly, also for how long a stream is idle', () => {
		const gopacket = new Gopacket();
		expect([...gopacket.push(c(1001)), ...gopacket.end()]).toEqual([]);
		const idle = new Gopacket();
		expect(idle.push(c(1000, '', SYN), c(1001, '', { ms: 50 }), flush(10))).toEqual(['start ""', 'done']);
	});

	it.each(['F.', 'R'])('C3: should open nothing for %s without payload, and a stream that waits for one with payload', flags => {
		const gopacket = new Gopacket();
		expect([...gopacket.push(c(1001, '', { flags })), ...gopacket.end()]).toEqual([]);
		const waits = new Gopacket();
		expect(waits.push(c(1001, 'ABC', { flags }))).toEqual([]);
		expect(waits.end()).toEqual(['k-1 "ABC" end', 'done']);
	});

	it('C4: should say a start at once, with the payload of the SYN and no end, and then what is held', () => {
		expect(new Gopacket().push(c(1000, 'ABC', { flags: 'SF' }))).toEqual(['start "ABC"']);
		expect(new Gopacket().push(c(1004, 'DEF'), c(1000, 'ABC', SYN))).toEqual(['start "ABC"', '"DEF"']);
		expect(new Gopacket().push(s(5000, '', { flags: 'S.' }))).toEqual(['server start ""']);
	});

	it('C5: should hold all of it until the SYN', () => {
		const gopacket = new Gopacket();
		expect(gopacket.push(c(1004, 'DEF'), c(1001, 'ABC'))).toEqual([]);
		expect(gopacket.push(c(1000, '', SYN))).toEqual(['start ""', '"ABC"', '"DEF"']);
	});

	it('C12: should look at neither acknowledgment nor urgent bit', () => {
		expect(started().push(c(1001, 'ABC', { flags: 'U.', ack: 12345 }))).toEqual(['"ABC"']);
	});
});

describe('compat: data and cursor', () => {
	it.each<[string, readonly Item[], readonly string[]]>([
		['a wholly old segment', [c(1001, 'ABC'), c(1001, 'ABC')], ['"ABC"', '""']],
		['a keepalive with a byte', [c(1001, 'ABC'), c(1003, 'X')], ['"ABC"', '""']],
		['a repeated SYN', [c(1000, '', SYN)], ['""']],
		['a partly old segment', [c(1001, 'ABC'), c(1002, 'BCDE')], ['"ABC"', '"DE"']],
		['one that fills the hole (C7)', [c(1004, 'DEF'), c(1007, 'GHI'), c(1001, 'ABC')], ['"ABC"', '"DEF"', '"GHI"']],
		['one that covers what is held (C7)', [c(1004, 'DEF'), c(1001, 'ABCDEFGH')], ['"ABCDEFGH"', '""']],
		[
			'held ones that overlap: the first keeps its place (C9)',
			[c(1004, 'AAA'), c(1004, 'BBBBB'), c(1001, 'xyz')],
			['"xyz"', '"AAA"', '"BB"'],
		],
	])('C6: should give a chunk for %s', (_, items, lines) => {
		expect(started().push(...items)).toEqual(lines);
	});

	it('C7: should keep the time of each', () => {
		const gopacket = started();
		gopacket.push(c(1004, 'DEF', { ms: 7 }), c(1001, 'ABC', { ms: 9 }));
		expect(gopacket.chunks.slice(1).map(({ seen }) => seen.ms)).toEqual([9, 7]);
	});

	it('C8: should say -1 before a held page without a cursor, else how much is missing', () => {
		const unstarted = new Gopacket();
		unstarted.push(c(1001, 'ABC'), c(1007, 'GHI'));
		expect(unstarted.end()).toEqual(['k-1 "ABC"', 'k3 "GHI"', 'done']);
	});

	it('C10: should cut a payload that is held into pages of 1900 bytes, the last with the end', () => {
		const gopacket = new Gopacket();
		gopacket.push(c(1001, 'x'.repeat(4000), FIN));
		gopacket.end();
		expect(gopacket.chunks.map(({ length, end }) => [length, end])).toEqual([
			[1900, false],
			[1900, false],
			[200, true],
		]);
	});

	it.each([
		['wraps from the last quarter to the first', 0xfffffffe, 0x10, true],
		['does not wrap from the middle', 0x90000000, 0x10, false],
	])('C11: should measure a distance that %s', (_, isn, seq, isAhead) => {
		const gopacket = new Gopacket();
		gopacket.push(c(isn, '', SYN));
		// What is ahead is held; what is behind is old, and an empty chunk.
		expect(gopacket.push(c(seq, 'ABC'))).toEqual(isAhead ? [] : ['""']);
	});
});

describe('compat: how streams end', () => {
	it('C13: should complete if the last chunk of a delivery has the end', () => {
		expect(started().push(c(1001, 'ABC', FIN))).toEqual(['"ABC" end', 'done']);
		expect(started().push(c(1004, 'DEF', FIN), c(1001, 'ABC'))).toEqual(['"ABC"', '"DEF" end', 'done']);
	});

	it('C13: should stay open if what is held follows the end', () => {
		const gopacket = started();
		expect(gopacket.push(c(1004, 'DEF'), c(1001, 'ABC', FIN))).toEqual(['"ABC" end', '"DEF"']);
		expect(gopacket.push(c(1007, 'GHI'))).toEqual(['"GHI"']);
	});

	it('C14: should drop what is held without a word', () => {
		const gopacket = started();
		expect(gopacket.push(c(1010, 'JKL'), c(1001, '', RST))).toEqual(['"" end', 'done']);
		expect(gopacket.end()).toEqual([]);
	});

	it.each(['F.', 'R'])('C15: should close at once at an old %s, and hold one that lies ahead', flags => {
		expect(started().push(c(1001, 'ABC'), c(500, '', { flags }))).toEqual(['"ABC"', '"" end', 'done']);
		const ahead = started();
		expect(ahead.push(c(1004, '', { flags }))).toEqual([]);
		expect(ahead.push(c(1001, 'ABC'))).toEqual(['"ABC"', '"" end', 'done']);
	});

	it('C16: should open a stream that waits for payload after the end, and none for an empty segment', () => {
		const gopacket = started();
		gopacket.push(c(1001, '', FIN));
		expect(gopacket.push(c(1002, '', FIN), c(1002))).toEqual([]);
		expect(gopacket.push(c(1002, 'ABC'))).toEqual([]);
		expect(gopacket.end()).toEqual(['k-1 "ABC"', 'done']);
	});

	it('C16: should not end the side of a SYN that is refused', () => {
		expect(started().push(s(0, '', { flags: 'R.' }))).toEqual([]);
	});

	it('C17: should take a new SYN on a live stream for an old segment, or for a page at its number', () => {
		expect(started().push(c(900, 'OLD', SYN))).toEqual(['""']);
		const ahead = started();
		expect(ahead.push(c(1004, 'NEW', SYN))).toEqual([]);
		expect(ahead.push(c(1001, 'ABC'))).toEqual(['"ABC"', '"NEW"']);
	});

	it('C18: should come out one low after a longer SYN', () => {
		const gopacket = new Gopacket();
		gopacket.push(c(1000, 'AB', SYN));
		expect(gopacket.push(c(1000, 'ABCDE', SYN))).toEqual(['"DE"']);
		expect(gopacket.push(c(1005, 'EF'))).toEqual(['"EF"']);
	});
});

describe('compat: limits', () => {
	it('C20: should give one page, the lowest, when a connection has as many as it may, and what follows it', () => {
		const gopacket = started({ maxBufferedPagesPerConnection: 3 });
		expect(gopacket.push(c(1010, 'JKL'), c(1004, 'DEF'))).toEqual([]);
		expect(gopacket.push(c(1007, 'GHI'))).toEqual(['k3 "DEF"', '"GHI"', '"JKL"']);
	});

	it('C20: should count the pages of all streams, and C21: give one of the stream at hand only', () => {
		const gopacket = started({ maxBufferedPagesTotal: 2 });
		expect(gopacket.push(c(1004, 'DEF'), s(5001, 'xyz'))).toEqual(['server k-1 "xyz"']);
	});

	it('C22: should let one segment of many pages exceed the limit', () => {
		const gopacket = started({ maxBufferedPagesPerConnection: 2 });
		gopacket.push(c(1004, 'x'.repeat(5700)));
		expect(gopacket.chunks.map(({ length }) => length)).toEqual([0, 1900, 1900, 1900]);
	});

	it('C23: should complete the stream if that page ends it', () => {
		const gopacket = started({ maxBufferedPagesPerConnection: 1 });
		expect(gopacket.push(c(1004, 'DEF', FIN))).toEqual(['k3 "DEF" end', 'done']);
	});

	it('C24: should have none by default', () => {
		const gopacket = started();
		for (let i = 0; i < 1000; i++) gopacket.push(c(1003 + 2 * i, 'x'));
		expect(gopacket.chunks).toHaveLength(1);
		expect(gopacket.end()).toHaveLength(1001);
	});
});

describe('compat: flushing', () => {
	/** C31: delivered up to 11; held [16,21) at 5 ms, [21,26) at 9 ms, [31,36) at 8 ms. */
	function worked(): Gopacket {
		const gopacket = new Gopacket();
		const held = [c(16, 'AAAAA', { ms: 5 }), c(21, 'BBBBB', { ms: 9 }), c(31, 'CCCCC', { ms: 8 })];
		gopacket.push(c(0, '..........', SYN), ...held);
		return gopacket;
	}

	it('C25, C31: should skip hole after hole, to the first that is not older, and close at last', () => {
		const gopacket = worked();
		expect(gopacket.push(flush(5))).toEqual([]);
		expect(gopacket.push(flush(6))).toEqual(['k5 "AAAAA"', '"BBBBB"']);
		expect(gopacket.push(flush(9))).toEqual(['k5 "CCCCC"']);
		expect(gopacket.push(flush(10))).toEqual(['done']);
	});

	it('C26: should do nothing before any time, and close nothing unless told so', () => {
		expect(worked().push(flush(0))).toEqual([]);
		const gopacket = started();
		expect(gopacket.push(flush(1000, false))).toEqual([]);
		expect(gopacket.push(flush(1000))).toEqual(['done']);
	});

	it('C27: should not let time go back', () => {
		expect(started().push(c(1001, 'A', { ms: 9 }), c(1002, 'B', { ms: 3 }), flush(9))).toEqual(['"A"', '"B"']);
	});

	it('C29: should give all of it, and close, when the source completes', () => {
		expect(worked().end()).toEqual(['k5 "AAAAA"', '"BBBBB"', 'k5 "CCCCC"', 'done']);
	});

	it('C30: should go through the streams in the order in which they were opened', () => {
		const gopacket = new Gopacket();
		gopacket.push(s(5001, 'xyz'), c(1001, 'ABC'), c(1001, 'DEF', { connection: 'A' }));
		gopacket.end();
		expect(gopacket.chunks.filter(({ length }) => length > 0).map(({ bytes }) => textOf(bytes))).toEqual(['xyz', 'ABC', 'DEF']);
	});

	it('C19: should complete each stream once', () => {
		const gopacket = started();
		gopacket.push(c(1001, 'ABC', FIN), flush(1000));
		gopacket.end();
		expect(gopacket.chunks.filter(({ closed }) => closed !== undefined)).toHaveLength(1);
	});
});

/** gopacket's own table tests (tcpassembly/assembly_test.go), with their limit of 4 pages a connection. */
describe("compat: gopacket's own cases", () => {
	const limit = { maxBufferedPagesPerConnection: 4 };
	const syn = (seq: number, payload: string) => c(seq, payload, SYN);

	it.each<[string, readonly Item[], readonly string[]]>([
		[
			'Reorder',
			[c(1001, 'ABC'), c(1004, 'DEF'), c(1010, 'JKL'), c(1007, 'GHI'), c(1016, 'PQR'), c(1019, 'STU'), c(1013, 'MNO')],
			['k-1 "ABC"', '"DEF"', '"GHI"', '"JKL"', '"MNO"', '"PQR"', '"STU"'],
		],
		[
			'MaxPerSkip',
			[syn(1000, 'ABC'), c(1007, 'GHI'), c(1010, 'JKL'), c(1013, 'MNO'), c(1016, 'PQR')],
			['start "ABC"', 'k3 "GHI"', '"JKL"', '"MNO"', '"PQR"'],
		],
		['ReorderFast', [syn(1000, 'ABC'), c(1007, 'GHI'), c(1004, 'DEF')], ['start "ABC"', '"DEF"', '"GHI"']],
		['Overlap', [syn(1000, '1234567890'), c(1007, '789012345'), c(1010, '01234567')], ['start "1234567890"', '"12345"', '"67"']],
		['BufferedOverlap', [c(1007, '789012345'), c(1010, '01234567'), syn(1000, '1234567890')], ['start "1234567890"', '"12345"', '"67"']],
		['Overrun', [syn(0xffffffff, '1234567890'), c(10, 'ABCD')], ['start "1234567890"', '"ABCD"']],
		['Overrun, reversed', [c(10, 'ABCD'), syn(0xffffffff, '1234567890')], ['start "1234567890"', '"ABCD"']],
	])('%s', (_, items, lines) => {
		expect(new Gopacket(limit).push(...items)).toEqual(lines);
	});

	it('CacheLargePacket', () => {
		const gopacket = new Gopacket(limit);
		gopacket.push(c(1001, 'x'.repeat(5700)), syn(1000, ''));
		expect(gopacket.chunks.map(({ length }) => length)).toEqual([0, 1900, 1900, 1900]);
	});
});
