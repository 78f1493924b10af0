import { describe, expect, it } from 'vitest';
import { distance } from '../../../src/assembly/sequence.js';
import { Bench, c } from '../../support/segments.js';

/** A SYN with payload, as gopacket's tests begin. */
const syn = (seq: number, payload: string) => c(seq, payload, { flags: 'S' });

/** What each chunk with bytes or a skip is: `k3 GHI`. */
const delivered = (lines: readonly string[]) =>
	lines.filter(line => line !== 'C> start').map(line => line.replace('C> ', '').replaceAll('"', ''));

/**
 * gopacket's own table tests (tcpassembly/assembly_test.go). Their limit is 4 pages a connection, and the page that
 * reaches it is delivered; here the piece beyond a limit is, so that 3 is the same.
 */
describe("Assembler on gopacket's own cases", () => {
	const limit = { maxHeldSegmentsPerFlow: 3 };

	it('Reorder: should deliver what reaches the limit in order, the start unknown, and then reorder', () => {
		const bench = new Bench(limit);
		expect(bench.push(c(1001, 'ABC'), c(1004, 'DEF'), c(1010, 'JKL'))).toEqual([]);
		expect(delivered(bench.push(c(1007, 'GHI')))).toEqual(['k-1 ABC', 'DEF', 'GHI', 'JKL']);
		expect(bench.push(c(1016, 'PQR'), c(1019, 'STU'))).toEqual([]);
		expect(delivered(bench.push(c(1013, 'MNO')))).toEqual(['MNO', 'PQR', 'STU']);
	});

	it('MaxPerSkip: should skip the hole when the limit is reached', () => {
		const bench = new Bench(limit);
		expect(delivered(bench.push(syn(1000, 'ABC'), c(1007, 'GHI')))).toEqual(['ABC']);
		expect(bench.push(c(1010, 'JKL'), c(1013, 'MNO'))).toEqual([]);
		expect(delivered(bench.push(c(1016, 'PQR')))).toEqual(['k3 GHI', 'JKL', 'MNO', 'PQR']);
		expect(bench.counters.skippedByFlowLimit).toBe(1);
	});

	it('ReorderFast: should release what is held when the hole fills', () => {
		const bench = new Bench(limit);
		expect(delivered(bench.push(syn(1000, 'ABC'), c(1007, 'GHI')))).toEqual(['ABC']);
		expect(delivered(bench.push(c(1004, 'DEF')))).toEqual(['DEF', 'GHI']);
	});

	it('Overlap: should deliver only what is new', () => {
		const bench = new Bench(limit);
		expect(delivered(bench.push(syn(1000, '1234567890')))).toEqual([]);
		// Nobody has acknowledged what came with the SYN, so that of the two the later one counts.
		expect(delivered(bench.push(c(1007, '7890abcde')))).toEqual(['123456', '7890abcde']);
		expect(delivered(bench.push(c(1010, '0abcdefg')))).toEqual(['fg']);
	});

	it('BufferedOverlap: should deliver each byte once when all of it was held', () => {
		const bench = new Bench(limit);
		bench.push(c(1007, '7890abcde'), c(1010, '0abcdefg'));
		expect(delivered(bench.push(syn(1000, '1234567890')))).toEqual(['1234567890', 'abcde', 'fg']);
	});

	it('Overrun: should go on behind the wrap', () => {
		expect(delivered(new Bench(limit).push(syn(0xffffffff, '1234567890'), c(10, 'abcd')))).toEqual(['1234567890', 'abcd']);
	});

	it('Overrun, reversed: should hold what lies behind the wrap', () => {
		expect(delivered(new Bench(limit).push(c(10, 'abcd'), syn(0xffffffff, '1234567890')))).toEqual(['1234567890', 'abcd']);
	});

	it('CacheLargePacket: should deliver a large segment that came before the SYN', () => {
		const bench = new Bench(limit);
		const large = 'x'.repeat(5700);
		bench.push(c(1001, large));
		bench.push(c(1000, '', { flags: 'S' }));
		expect(bench.stream()).toBe(large);
	});

	it('SequenceOverflow: should measure across the wrap', () => {
		expect(distance((2 ** 32 - 10) | 0, 10)).toBe(20);
	});

	it('reader: should give the bytes, and then the end', () => {
		const bench = new Bench(limit);
		expect(bench.push(syn(1000, 'ABC'), c(1004, '', { flags: 'F.' }))).toEqual(['C> start', 'C> "ABC"', 'C> end fin']);
	});

	it('reader: should give the bytes of two segments', () => {
		expect(delivered(new Bench(limit).push(syn(1000, 'AB'), c(1003, 'C')))).toEqual(['AB', 'C']);
	});
});
