import { describe, expect, it } from 'vitest';
import { printChunk } from '../../../../marbles/chunkLine.js';
import { Flush } from '../../../../src/assembly/flush.js';
import type { Reassembly } from '../../../../src/assembly/reassembly.js';
import { Tcpassembly, type TcpassemblyOptions } from '../../../../src/assembly/tcpassembly/tcpassembly.js';
import type { Segment } from '../../../../src/wire/segment.js';
import { c, type SegmentFields, textOf } from '../../../support/segments.js';

/** gopacket's engine, with chunks printed: `k3 "GHI"`. */
class Bench {
	readonly chunks: Reassembly[] = [];
	private readonly assembler: Tcpassembly;
	private told = 0;

	constructor(options: TcpassemblyOptions = { maxBufferedPagesPerConnection: 4 }) {
		this.assembler = new Tcpassembly(chunk => this.chunks.push(chunk), options);
	}

	push(...segments: readonly Segment[]): string[] {
		for (const segment of segments) this.assembler.push(segment);
		return this.news();
	}

	/** `FlushOlderThan(ms)`. */
	flushOlderThan(ms: number): string[] {
		this.assembler.flush(new Flush(ms, ms, ms));
		return this.news();
	}

	end(): string[] {
		this.assembler.end();
		return this.news();
	}

	private news(): string[] {
		const lines = this.chunks.slice(this.told).map(chunk => printChunk(chunk).replace('C> ', ''));
		this.told = this.chunks.length;
		return lines;
	}
}

const syn = (seq: number, text: string, fields: SegmentFields = {}) => c(seq, text, { flags: 'S', ...fields });

/** gopacket's own table tests (tcpassembly/assembly_test.go), with 4 pages a connection. */
describe("Tcpassembly on gopacket's own cases", () => {
	it('Reorder: should deliver what reaches the limit, and then reorder', () => {
		const bench = new Bench();
		expect(bench.push(c(1001, 'ABC'), c(1004, 'DEF'), c(1010, 'JKL'))).toEqual([]);
		expect(bench.push(c(1007, 'GHI'))).toEqual(['k-1 "ABC"', '"DEF"', '"GHI"', '"JKL"']);
		expect(bench.push(c(1016, 'PQR'), c(1019, 'STU'))).toEqual([]);
		expect(bench.push(c(1013, 'MNO'))).toEqual(['"MNO"', '"PQR"', '"STU"']);
	});

	it('MaxPerSkip: should skip the hole when the limit is reached', () => {
		const bench = new Bench();
		expect(bench.push(syn(1000, 'ABC'))).toEqual(['start "ABC"']);
		expect(bench.push(c(1007, 'GHI'), c(1010, 'JKL'), c(1013, 'MNO'))).toEqual([]);
		expect(bench.push(c(1016, 'PQR'))).toEqual(['k3 "GHI"', '"JKL"', '"MNO"', '"PQR"']);
	});

	it('ReorderFast: should release what is held when the hole fills', () => {
		expect(new Bench().push(syn(1000, 'ABC'), c(1007, 'GHI'), c(1004, 'DEF'))).toEqual(['start "ABC"', '"DEF"', '"GHI"']);
	});

	it('Overlap: should deliver what is new', () => {
		const lines = new Bench().push(syn(1000, '1234567890'), c(1007, '7890abcde'), c(1010, '0abcdefg'));
		expect(lines).toEqual(['start "1234567890"', '"abcde"', '"fg"']);
	});

	it('BufferedOverlap: should deliver each byte once when all of it was held', () => {
		const lines = new Bench().push(c(1007, '7890abcde'), c(1010, '0abcdefg'), syn(1000, '1234567890'));
		expect(lines).toEqual(['start "1234567890"', '"abcde"', '"fg"']);
	});

	it.each([
		['Overrun', [syn(0xffffffff, '1234567890'), c(10, 'abcd')]],
		['Overrun, reversed', [c(10, 'abcd'), syn(0xffffffff, '1234567890')]],
	])('%s: should go on behind the wrap', (_, segments) => {
		expect(new Bench().push(...segments)).toEqual(['start "1234567890"', '"abcd"']);
	});

	it('CacheLargePacket: should deliver a page of 1900 bytes a chunk', () => {
		const bench = new Bench();
		const large = Array.from({ length: 5700 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
		bench.push(c(1001, large), syn(1000, ''));
		expect(bench.chunks.map(chunk => [chunk.start, chunk.length])).toEqual([
			[true, 0],
			[false, 1900],
			[false, 1900],
			[false, 1900],
		]);
		expect(bench.chunks.map(chunk => textOf(chunk.bytes)).join('')).toBe(large);
	});

	it('reader: should give the bytes, and then the end', () => {
		expect(new Bench().push(syn(1000, 'ABC'), c(1004, '', { flags: 'F.' }))).toEqual(['start "ABC"', 'end fin']);
		expect(new Bench().push(syn(1000, 'AB'), c(1003, 'C'))).toEqual(['start "AB"', '"C"']);
	});
});

describe("Tcpassembly on gopacket's example of flushing (C31)", () => {
	const held = () => {
		const bench = new Bench({});
		bench.push(syn(0, '1234567890', { ms: 1 }));
		bench.push(c(16, 'fffff', { ms: 5 }), c(21, 'ggggg', { ms: 9 }), c(31, 'iiiii', { ms: 8 }));
		return bench;
	};

	it.each([
		[5, []],
		[6, ['k5 "fffff"', '"ggggg"']],
		[9, ['k5 "fffff"', '"ggggg"', 'k5 "iiiii"']],
		[10, ['k5 "fffff"', '"ggggg"', 'k5 "iiiii"', 'idle']],
	])('should flush what is older than %d, and what follows that', (ms, lines) => {
		expect(held().flushOlderThan(ms)).toEqual(lines);
	});
});

describe('Tcpassembly, quirks included', () => {
	it('should give an empty chunk for what brings nothing new (C6)', () => {
		expect(new Bench().push(syn(1000, 'ABC'), c(1001, 'ABC'), c(1003, 'C'), syn(1000, ''))).toEqual(['start "ABC"', 'C>', 'C>', 'C>']);
	});

	it('should leave the cursor one low after a longer SYN (C18)', () => {
		const bench = new Bench();
		expect(bench.push(syn(1000, 'AB'), syn(1000, 'ABCD'), c(1005, 'E'))).toEqual(['start "AB"', '"D"']);
		expect(bench.push(c(1004, 'X'))).toEqual(['"X"', '"E"']);
	});

	it('should drop what is held without a word when it closes (C14)', () => {
		const bench = new Bench({});
		expect(bench.push(syn(1000, ''), c(1010, 'x'), c(1001, '', { flags: 'R' }))).toEqual(['start', 'end rst']);
		expect(bench.end()).toEqual([]);
	});
});
