import { describe, expect, it, vi } from 'vitest';
import { LinkType } from '../../../src/packet.js';
import { FILE_HEADER_BYTES, joined, type PcapRecord, pcapFile, pcapHeader, pcapRecord, RECORD_HEADER_BYTES } from '../../support/pcap.js';
import { readAll, told } from './readAll.js';

const records: readonly PcapRecord[] = [
	{ bytes: Uint8Array.of(1, 2, 3), seconds: 1_700_000_000, fraction: 10_000 },
	{ bytes: new Uint8Array(0), seconds: 1_700_000_001, fraction: 0 },
	{ bytes: Uint8Array.of(4, 5, 6, 7, 8), seconds: 4_294_967_295, fraction: 999_999, originalLength: 1514 },
];
const malformedSize = 256 * 1024 + 1;

describe('classic pcap', () => {
	describe.each(['little', 'big'] as const)('%s-endian', byteOrder => {
		it('should give packets and microseconds as they were written', () => {
			const { packets, error } = readAll(pcapFile(records, { byteOrder, unit: 'us' }));
			expect(error).toBeUndefined();
			expect(packets.map(told)).toEqual([
				{ bytes: [1, 2, 3], time: '2023-11-14T22:13:20.010000Z', originalLength: 3, number: 1, linkType: 1 },
				{ bytes: [], time: '2023-11-14T22:13:21.000000Z', originalLength: 0, number: 2, linkType: 1 },
				{ bytes: [4, 5, 6, 7, 8], time: '2106-02-07T06:28:15.999999Z', originalLength: 1514, number: 3, linkType: 1 },
			]);
		});

		it('should give nanoseconds to the last digit', () => {
			const nanoseconds = [0, 1, 123_456_789, 999_999_999].map(fraction => ({ bytes: Uint8Array.of(0), seconds: 1_700_000_000, fraction }));
			const { packets } = readAll(pcapFile(nanoseconds, { byteOrder, unit: 'ns' }));
			expect(packets.map(({ timestamp }) => timestamp.nanoseconds)).toEqual([0, 1, 123_456_789, 999_999_999]);
			expect(packets.map(({ timestamp }) => String(timestamp).slice(-11))).toEqual([
				'.000000000Z',
				'.000000001Z',
				'.123456789Z',
				'.999999999Z',
			]);
		});

		it('should name a link type that is not decoded, and where it stands', () => {
			const { packets, error } = readAll(pcapFile(records, { byteOrder, linkType: 147 }));
			expect(packets).toEqual([]);
			expect(error).toMatchObject({ code: 'unsupported-link', offset: 20 });
			expect(error?.message).toContain('147 (USER0)');
		});
	});

	it('should give the number of a link type that has no name', () => {
		expect(readAll(pcapFile([], { linkType: 4711 })).error?.message).toContain('4711');
	});

	it.each(Object.entries(LinkType))('should read link type %s', (_, linkType) => {
		const { packets, error } = readAll(pcapFile(records.slice(0, 1), { linkType }));
		expect(error).toBeUndefined();
		expect(packets.map(packet => packet.linkType)).toEqual([linkType]);
	});

	it('should look past what the upper bits of the link type say of the frame check sequence', () => {
		const { packets } = readAll(pcapFile(records.slice(0, 1), { linkType: 0x2400_0001 }));
		expect(packets.map(packet => packet.linkType)).toEqual([LinkType.ethernet]);
	});

	it('should carry a fraction of more than a second over to the seconds', () => {
		const times = (unit: 'us' | 'ns', fraction: number) =>
			readAll(pcapFile([{ bytes: new Uint8Array(1), seconds: 5, fraction }], { unit })).packets.map(({ timestamp }) => ({
				seconds: timestamp.seconds,
				nanoseconds: timestamp.nanoseconds,
			}));
		expect(times('us', 1_000_000)).toEqual([{ seconds: 6, nanoseconds: 0 }]);
		// Beyond 2^32 nanoseconds, what Wireshark and gopacket say: real captures with such fractions are around.
		expect(times('us', 8_915_240)).toEqual([{ seconds: 5, nanoseconds: 325_305_408 }]);
		expect(times('ns', 0xffff_ffff)).toEqual([{ seconds: 5 + 4, nanoseconds: 294_967_295 }]);
	});

	describe.each(['little', 'big'] as const)('of other kinds, %s-endian', byteOrder => {
		it('should have the modified records of 24 bytes, cut anywhere', () => {
			const layout = { byteOrder, magic: 0xa1b2cd34 };
			const modified = records.map(record => {
				const bytes = pcapRecord(record, layout);
				return joined([bytes.subarray(0, 16), Uint8Array.of(1, 0, 0, 0, 8, 0, 4, 0), bytes.subarray(16)]);
			});
			const file = joined([pcapHeader(layout), ...modified]);
			const { packets, error } = readAll(file);
			expect(error).toBeUndefined();
			expect(packets.map(told)).toEqual(readAll(pcapFile(records, { byteOrder })).packets.map(told));
			expect(readAll(...Array.from(file, byte => Uint8Array.of(byte))).packets.map(told)).toEqual(packets.map(told));
			expect(readAll(file.subarray(0, 24 + 20)).error).toMatchObject({ code: 'truncated', offset: 24 });
		});

		it.each([0x1c0001ac, 0x1c0001ab])('should have the four bytes more of Ixia in the header: %i', magic => {
			const layout = { byteOrder, magic };
			const file = joined([pcapHeader(layout), new Uint8Array(4), ...records.map(record => pcapRecord(record, layout))]);
			expect(readAll(file).packets.map(told)).toEqual(readAll(pcapFile(records, { byteOrder })).packets.map(told));
		});

		it.each([
			[2, 2],
			[2, 3],
			[543, 0],
		])('should have the lengths of before 1998 in either place: version %i.%i', (major, minor) => {
			const layout = { byteOrder, version: [major, minor] as const };
			const swapped = { bytes: Uint8Array.of(1, 2, 3), capturedLength: 90, originalLength: 3 };
			const { packets, error } = readAll(pcapFile([swapped, { bytes: Uint8Array.of(4), originalLength: 80 }], layout));
			expect(error).toBeUndefined();
			expect(packets.map(({ bytes, originalLength }) => [...bytes, originalLength])).toEqual([
				[1, 2, 3, 90],
				[4, 80],
			]);
		});
	});

	it('should read a capture without packets', () => {
		expect(readAll(pcapHeader())).toEqual({ packets: [], error: undefined });
	});

	it('should take the captured length for the original one where that is smaller, or cannot be', () => {
		const lengths = [0, 2, 0x7fff_ffff, 0xffff_ffff].map(originalLength => ({ bytes: Uint8Array.of(1, 2, 3), originalLength }));
		expect(readAll(pcapFile(lengths)).packets.map(({ originalLength }) => originalLength)).toEqual([3, 3, 3, 3]);
	});

	it('should read a packet of the largest length', () => {
		const bytes = new Uint8Array(malformedSize - 1).fill(7);
		const { packets, error } = readAll(pcapFile([{ bytes }]));
		expect(error).toBeUndefined();
		expect(packets.map(packet => Buffer.compare(packet.bytes, bytes))).toEqual([0]);
	});
});

describe('a record length that cannot be', () => {
	it.each([
		['one byte too many', malformedSize],
		['2 GiB', 0x7fff_ffff],
		['a negative one', 0xffff_ffff],
	])('should be malformed, with the offset of its record: %s', (_, capturedLength) => {
		const lie = pcapRecord({ bytes: new Uint8Array(64), capturedLength });
		const good = pcapRecord({ bytes: Uint8Array.of(1) });
		const { packets, error } = readAll(joined([pcapHeader(), good, lie]));
		expect(packets.map(({ number }) => number)).toEqual([1]);
		expect(error).toMatchObject({ code: 'malformed', offset: FILE_HEADER_BYTES + RECORD_HEADER_BYTES + 1 });
		expect(error?.message).toContain(`packet 2 claims ${capturedLength} bytes`);
	});

	it('should not be allocated', () => {
		const lie = pcapRecord({ bytes: new Uint8Array(0), capturedLength: 0x7000_0000 });
		// One byte a block makes the reader join what it has, so it would have to allocate.
		const blocks = Array.from(joined([pcapHeader(), lie, new Uint8Array(64)]), byte => Uint8Array.of(byte));
		const largest = largestAllocation(() => expect(readAll(...blocks).error?.code).toBe('malformed'));
		expect(largest).toBeLessThan(1024);
		expect(largest).toBeGreaterThan(0);
	});
});

/** The most bytes that were asked for at once while `work` ran. */
function largestAllocation(work: () => void): number {
	const Original = Uint8Array;
	let largest = 0;
	const spy: Uint8ArrayConstructor = new Proxy(Original, {
		construct(target, args, newTarget): object {
			const [length] = args as [unknown];
			if (typeof length === 'number') largest = Math.max(largest, length);
			return Reflect.construct(target, args, newTarget === spy ? target : newTarget) as object;
		},
	});
	vi.stubGlobal('Uint8Array', spy);
	try {
		work();
	} finally {
		vi.unstubAllGlobals();
	}
	return largest;
}
