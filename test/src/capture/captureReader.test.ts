import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt, FILE_HEADER_BYTES, joined, type PcapLayout, type PcapRecord, pcapFile, RECORD_HEADER_BYTES } from '../../support/pcap.js';
import { readAll, told } from './readAll.js';

const record: fc.Arbitrary<PcapRecord> = fc.record({
	bytes: fc.uint8Array({ maxLength: 80 }),
	seconds: fc.nat(0xffff_ffff),
	fraction: fc.nat(999_999),
});
const layout: fc.Arbitrary<PcapLayout> = fc.record({
	byteOrder: fc.constantFrom('little', 'big'),
	unit: fc.constantFrom('us', 'ns'),
});

describe('CaptureReader', () => {
	it('should give the same packets, however the bytes are cut into blocks', () => {
		const capture = fc.tuple(fc.array(record, { maxLength: 8 }), layout).chain(([records, how]) => {
			const bytes = pcapFile(records, how);
			return fc.record({ bytes: fc.constant(bytes), records: fc.constant(records), cuts: fc.array(fc.nat(bytes.length)) });
		});
		fc.assert(
			fc.property(capture, ({ bytes, records, cuts }) => {
				const whole = readAll(bytes);
				const pieces = readAll(...cutAt(bytes, cuts));
				expect(pieces.error).toBeUndefined();
				expect(pieces.packets.map(told)).toEqual(whole.packets.map(told));
				expect(pieces.packets.map(packet => packet.bytes)).toEqual(records.map(({ bytes: written }) => written));
			}),
			{ numRuns: 300 },
		);
	});

	it('should give the same packets from blocks of one byte, and from empty blocks between them', () => {
		const bytes = pcapFile([{ bytes: Uint8Array.of(1, 2, 3) }, { bytes: new Uint8Array(0) }, { bytes: new Uint8Array(300).fill(9) }]);
		const single = Array.from(bytes, byte => Uint8Array.of(byte));
		const withEmpty = single.flatMap(block => [new Uint8Array(0), block, new Uint8Array(0)]);
		const expected = readAll(bytes).packets.map(told);
		expect(expected).toHaveLength(3);
		expect(readAll(...single).packets.map(told)).toEqual(expected);
		expect(readAll(...withEmpty)).toMatchObject({ error: undefined });
		expect(readAll(...withEmpty).packets.map(told)).toEqual(expected);
	});

	it('should point into the block that it was fed, unless the packet lies across two', () => {
		const bytes = pcapFile([{ bytes: Uint8Array.of(1, 2) }, { bytes: Uint8Array.of(3, 4) }, { bytes: Uint8Array.of(5, 6) }]);
		const blocks = cutAt(bytes, [FILE_HEADER_BYTES + 2 * (RECORD_HEADER_BYTES + 2) - 1]);
		const { packets } = readAll(...blocks);
		expect(packets.map(({ block }) => blocks.indexOf(block))).toEqual([0, -1, 1]);
	});

	it('should not change a packet that was handed out when more is read', () => {
		const bytes = pcapFile([10, 20, 30, 40].map(value => ({ bytes: new Uint8Array(7).fill(value) })));
		const { packets } = readAll(...Array.from(bytes, byte => Uint8Array.of(byte)));
		expect(packets.map(packet => Array.from(packet.bytes))).toEqual([10, 20, 30, 40].map(value => Array(7).fill(value)));
	});

	describe('a capture that is cut off', () => {
		const lengths = [0, 5, 1, 12];
		const bytes = pcapFile(lengths.map(length => ({ bytes: new Uint8Array(length) })));
		/** Where each record ends. */
		const ends = lengths.map((_, i) =>
			lengths.slice(0, i + 1).reduce((at, length) => at + RECORD_HEADER_BYTES + length, FILE_HEADER_BYTES),
		);
		const places = Array.from(bytes, (_, place) => place).slice(1);

		it('should give every whole packet before the cut, and say where the cut record began, wherever it is cut', () => {
			for (const place of places) {
				const { packets, error } = readAll(bytes.subarray(0, place));
				const whole = ends.filter(end => end <= place).length;
				const begin = place < FILE_HEADER_BYTES ? 0 : (ends[whole - 1] ?? FILE_HEADER_BYTES);
				const isCut = begin !== place;
				expect({ place, packets: packets.map(({ number }) => number), code: error?.code, offset: error?.offset }).toEqual({
					place,
					packets: lengths.slice(0, whole).map((_, i) => i + 1),
					code: isCut ? (place < 4 ? 'not-a-capture' : 'truncated') : undefined,
					offset: isCut ? begin : undefined,
				});
			}
		});

		it('should be no error between two records', () => {
			expect(ends.map(end => readAll(bytes.subarray(0, end)).error)).toEqual(ends.map(() => undefined));
		});

		it('should tell the same of it in blocks of one byte', () => {
			for (const place of places) {
				const cut = bytes.subarray(0, place);
				const [whole, single] = [readAll(cut), readAll(...Array.from(cut, byte => Uint8Array.of(byte)))];
				expect(single.packets.map(told)).toEqual(whole.packets.map(told));
				expect(single.error?.message).toBe(whole.error?.message);
				expect(single.error?.offset).toBe(whole.error?.offset);
			}
		});

		it('should say how much of the record is there', () => {
			expect(readAll(bytes.subarray(0, FILE_HEADER_BYTES + 3)).error?.message).toBe(
				'the capture is cut off: a record at byte 24 has only 3 bytes',
			);
		});
	});
});

describe('what is no capture', () => {
	const bytesOf = (text: string) => new TextEncoder().encode(text);

	it('should be empty if there is nothing', () => {
		expect(readAll().error).toMatchObject({ code: 'empty', offset: 0, message: 'the capture is empty' });
		expect(readAll(new Uint8Array(0)).error).toMatchObject({ code: 'empty' });
	});

	it.each([
		['a text', bytesOf('GET / HTTP/1.1\r\n'), '47 45 54 20'],
		['zeros', new Uint8Array(100), '00 00 00 00'],
		['less than a magic number', bytesOf('hi'), '68 69'],
		['a magic number that is one off', Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd5, 0, 0), 'a1 b2 c3 d5'],
	])('should say what was found and what was expected: %s', (_, bytes, found) => {
		const { packets, error } = readAll(bytes);
		expect(packets).toEqual([]);
		expect(error).toMatchObject({ code: 'not-a-capture', offset: 0 });
		expect(error?.message).toContain(`it begins with ${found}, expected the magic number of pcap or pcapng`);
	});

	it.each([
		['gzip', '\x1f\x8b\x08', 'unpack it with: gunzip -c IN > OUT'],
		['zstd', '\x28\xb5\x2f\xfd', 'unpack it with: zstd -dc IN > OUT'],
		['lz4', '\x04\x22\x4d\x18', 'unpack it with: lz4 -dc IN > OUT'],
		['xz', '\xfd7zXZ\0', 'unpack it with: xz -dc IN > OUT'],
		['bzip2', 'BZh9', 'unpack it with: bzip2 -dc IN > OUT'],
		['zip', 'PK\x03\x04', 'unpack it with: unzip IN'],
		['snoop', 'snoop\0\0\0\0\0\0\x02', 'convert it with: editcap -F pcap IN OUT'],
		['Microsoft Network Monitor 2', 'GMBU\0\x02', 'convert it with: editcap -F pcap IN OUT'],
		['Sniffer', 'TRSNIFF data    \x1a', 'convert it with: editcap -F pcap IN OUT'],
	])('should be named as not read, with what mends it, however long it is: %s %j', (name, begins, mend) => {
		const first = Uint8Array.from(begins, character => character.charCodeAt(0));
		for (const bytes of [first, joined([first, new Uint8Array(40)])]) {
			for (const blocks of [[bytes], Array.from(bytes, byte => Uint8Array.of(byte))]) {
				expect(readAll(...blocks).error).toMatchObject({
					code: 'unsupported-format',
					offset: 0,
					message: `${name} is not read here; ${mend}`,
				});
			}
		}
	});

	it('should always be a CaptureError, whatever the bytes are', () => {
		const cuts = fc.array(fc.nat(200));
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, places) => {
				expect(readAll(...cutAt(bytes, places)).error?.code).toMatch(/^(empty|not-a-capture|unsupported-format)$/);
			}),
		);
	});

	it('should be an error or packets, never anything else, behind a good header', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400)), layout, (bytes, places, how) => {
				const file = Uint8Array.from([...pcapFile([], how), ...bytes]);
				const { packets, error } = readAll(...cutAt(file, places));
				const read = packets.reduce((sum, packet) => sum + RECORD_HEADER_BYTES + packet.bytes.length, FILE_HEADER_BYTES);
				expect(error?.offset ?? file.length).toBe(read);
				if (error !== undefined) expect(error.code).toMatch(/^(truncated|malformed)$/);
			}),
			{ numRuns: 300 },
		);
	});
});
