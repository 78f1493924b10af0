import { describe, expect, it } from 'vitest';
import { CaptureReader } from '../../../src/capture/captureReader.js';
import { cutAt, joined } from '../../support/pcap.js';
import { type ByteOrder, PcapngBuilder } from '../../support/pcapng.js';
import { readAll, told } from './readAll.js';

const orders: readonly ByteOrder[] = ['little', 'big'];
const little = new PcapngBuilder('little');
const big = new PcapngBuilder('big');
const units = 1_700_000_000_123_456n;
const bytesOf = (...values: number[]) => Uint8Array.from(values);
const begin = joined([little.section(), little.interface()]);
const one = little.enhanced(bytesOf(1));

/** Every kind of block, packets among them, with what is read of each packet. */
function everything(b: PcapngBuilder): { blocks: Uint8Array[]; packets: number[][] } {
	const blocks = [
		b.section({ length: 7n }),
		b.interface(1, 4, [b.option(2, 'eth0'), b.option(1, 'a comment'), b.option(0x7777, 'unknown')]),
		b.block(4, b.words(0)),
		b.enhanced(bytesOf(1, 2, 3), { units, original: 60, options: [b.option(2, b.words(1)), b.halves(0, 0)] }),
		b.block(10, joined([b.words(0x544c534b, 5), bytesOf(1, 2, 3, 4, 5)])),
		b.simple(bytesOf(4, 5, 6, 7), 9),
		b.block(0x7777_7777, bytesOf(1)),
		b.packet(bytesOf(8), { units }),
		b.block(0xbad, joined([b.words(32_473), bytesOf(1, 2)])),
		b.enhanced(new Uint8Array(0)),
		b.block(5, b.words(0, 0, 0)),
		b.block(0x7777_7777, new Uint8Array(0)),
	];
	return { blocks, packets: [[1, 2, 3], [4, 5, 6, 7], [8], []] };
}

describe.each(orders)('pcapng, %s-endian', order => {
	const b = new PcapngBuilder(order);
	const { blocks, packets: expected } = everything(b);
	const file = joined(blocks);

	it('should give the packets of every kind of block, and skip the others', () => {
		const { packets, error } = readAll(file);
		expect(error).toBeUndefined();
		expect(packets.map(({ bytes }) => Array.from(bytes))).toEqual(expected);
		expect(packets.map(({ originalLength }) => originalLength)).toEqual([60, 9, 1, 0]);
		// Wireshark counts the custom block.
		expect(packets.map(({ number }) => number)).toEqual([1, 2, 3, 5]);
		expect(packets.map(({ timestamp }) => String(timestamp))).toEqual([
			'2023-11-14T22:13:20.123456Z',
			'2023-11-14T22:13:20.123456Z',
			'2023-11-14T22:13:20.123456Z',
			'1970-01-01T00:00:00.000000Z',
		]);
		expect(new Set(packets.map(({ source }) => source)).size).toBe(1);
		expect(packets[0]?.source).toEqual({ linkType: 1, id: 0, name: 'eth0', snapLength: 4 });
	});

	it('should give the same from blocks of one byte', () => {
		const { packets, error } = readAll(...Array.from(file, byte => Uint8Array.of(byte)));
		expect(error).toBeUndefined();
		expect(packets.map(told)).toEqual(readAll(file).packets.map(told));
	});

	it('should give the same, cut in two wherever it is', () => {
		const whole = readAll(file).packets.map(told);
		for (let place = 1; place < file.length; place++) {
			const { packets, error } = readAll(...cutAt(file, [place]));
			expect({ place, error, packets: packets.map(told) }).toEqual({ place, error: undefined, packets: whole });
		}
	});

	it('should give every whole packet before it ends, then say where the cut block began, wherever that is', () => {
		const begins = blocks.map((_, i) => joined(blocks.slice(0, i)).length);
		const isPacket = (block: Uint8Array) => [2, 3, 6].includes(new DataView(block.buffer).getUint32(0, order === 'little'));
		for (let place = 1; place < file.length; place++) {
			const cut = begins.findLast(at => at <= place) ?? 0;
			const count = blocks.filter((block, i) => isPacket(block) && (begins[i] as number) + block.length <= place).length;
			for (const parts of [[file.slice(0, place)], Array.from(file.subarray(0, place), byte => Uint8Array.of(byte))]) {
				const { packets, error } = readAll(...parts);
				expect({ place, count: packets.length }).toEqual({ place, count });
				if (cut === place) expect(error).toBeUndefined();
				else if (place < 4) expect(error).toMatchObject({ code: 'not-a-capture' });
				else expect(error).toMatchObject({ code: 'truncated', offset: cut });
			}
		}
	});

	it('should give name, description and link type of each interface', () => {
		const name = [b.option(2, 'lo\0'), b.option(2, 'again'), b.option(3, 'the löopback')];
		const capture = joined([b.section(), b.interface(1), b.interface(127, 96, name), one_of(1), b.interface(113), one_of(2), one_of(0)]);
		function one_of(id: number): Uint8Array {
			return b.enhanced(bytesOf(1), { id });
		}
		expect(readAll(capture).packets.map(({ source }) => source)).toEqual([
			{ linkType: 127, id: 1, name: 'lo', description: 'the löopback', snapLength: 96 },
			{ linkType: 113, id: 2 },
			{ linkType: 1, id: 0 },
		]);
	});
});

describe('sections', () => {
	it('should each have interfaces and a byte order of their own', () => {
		const second = [big.section(), big.interface(113, 0, [big.resolution(9)]), big.enhanced(bytesOf(2), { units: units * 1000n + 7n })];
		const third = [little.section(), little.interface(), little.interface(101), little.enhanced(bytesOf(3), { id: 1 })];
		const { packets, error } = readAll(joined([begin, one, ...second, ...third]));
		expect(error).toBeUndefined();
		expect(packets.map(({ bytes, linkType, source, number }) => [bytes[0], linkType, source.id, number])).toEqual([
			[1, 1, 0, 1],
			[2, 113, 0, 2],
			[3, 101, 1, 3],
		]);
		expect(packets[1]?.timestamp).toMatchObject({ seconds: 1_700_000_000, nanoseconds: 123_456_007, digits: 9 });
	});

	it('should not know the interfaces of the one before', () => {
		const { packets, error } = readAll(joined([begin, one, little.section(), one]));
		expect(packets).toHaveLength(1);
		expect(error).toMatchObject({ code: 'malformed', offset: begin.length + one.length + little.section().length });
		expect(error?.message).toBe('packet 2 is of interface 0, but its section has only 0');
	});

	it('should be named as unsupported if their major version is another', () => {
		const { packets, error } = readAll(joined([begin, one, big.section({ major: 2 })]));
		expect(packets).toHaveLength(1);
		expect(error).toMatchObject({ code: 'unsupported-format', offset: begin.length + one.length });
		expect(error?.message).toContain('pcapng of version 2.0');
		expect(readAll(joined([little.section({ minor: 2 }), little.interface(), one])).error).toBeUndefined();
	});
});

describe('a pcapng block that cannot be', () => {
	const body = new Uint8Array(64);
	it.each([
		['a length that is no multiple of 4', little.block(6, body, { length: 77 }), 'claims 77 bytes'],
		['a length of less than 12', little.block(6, body, { length: 8 }), 'claims 8 bytes'],
		['a length of 0', little.block(6, body, { length: 0 }), 'claims 0 bytes'],
		['another length at its end', little.enhanced(bytesOf(1)).fill(99, -4), 'claims 36 bytes where it begins, and 1667457891'],
		['another length at the end of a skipped one', little.block(99, body, { trailer: 80 }), 'claims 76 bytes where it begins, and 80'],
		['a packet longer than its block', little.enhanced(bytesOf(1), { captured: 5 }), 'claims 5 bytes, more than its block of 36 has'],
		[
			'a packet longer than a packet can be',
			little.enhanced(bytesOf(1), { captured: 2 ** 18 + 1 }),
			'claims 262145 bytes, more than a packet',
		],
		['a negative packet', little.packet(bytesOf(1), { captured: 0xffff_ffff }), 'claims 4294967295 bytes'],
		['a packet block beyond any', little.block(6, body, { length: 0x7fff_fffc }), 'claims 2147483644 bytes, more than it can have'],
		['an interface beyond any', little.block(1, body, { length: 0x7fff_fffc }), 'claims 2147483644 bytes, more than it can have'],
		['a simple packet longer than its block', little.simple(bytesOf(1), 50), 'claims 50 bytes, more than its block of 20 has'],
		['an interface that there is not', little.enhanced(bytesOf(1), { id: 1 }), 'packet 2 is of interface 1, but its section has only 1'],
		['an interface of too few bytes', little.block(1, bytesOf(1, 0, 0, 0)), 'has only 16 bytes'],
		['an option longer than its block', little.interface(1, 0, [little.halves(2, 500)]), 'option 2 claims 500 bytes'],
		['a section of too few bytes', little.block(0x0a0d0d0a, little.words(0x1a2b3c4d)), 'has only 16 bytes'],
		['a section of no byte order', little.block(0x0a0d0d0a, little.words(0, 0, 0, 0)), 'where the byte order is expected'],
	])('should be malformed, at its offset, behind all before it: %s', (_, block, words) => {
		const file = joined([begin, one, block, new Uint8Array(64)]);
		for (const blocks of [[file], Array.from(file, byte => Uint8Array.of(byte))]) {
			const { packets, error } = readAll(...blocks);
			expect(packets).toHaveLength(1);
			expect(error).toMatchObject({ code: 'malformed', offset: begin.length + one.length });
			expect(error?.message).toContain(words);
		}
	});

	it('should be more interfaces than 65,536 in a section', () => {
		const many = joined(Array<Uint8Array>(65_536).fill(little.interface()));
		const last = little.enhanced(bytesOf(1), { id: 65_535 });
		const { packets, error } = readAll(joined([little.section(), many, last, little.interface()]));
		expect(packets.map(({ source }) => source.id)).toEqual([65_535]);
		expect(error).toMatchObject({ code: 'malformed', offset: 28 + many.length + last.length });
	});
});

describe('long pcapng blocks', () => {
	it('should be skipped as they come, and keep nothing', () => {
		const reader = new CaptureReader();
		const length = 2 ** 32 - 4;
		reader.feed(joined([begin, little.words(10, length)]));
		expect(reader.next()).toBeNull();
		const piece = new Uint8Array(2 ** 24);
		const before = process.memoryUsage().arrayBuffers;
		for (let left = length - 12; left > 0; left -= piece.length) {
			reader.feed(left < piece.length ? piece.subarray(0, left) : piece);
			expect(reader.next()).toBeNull();
		}
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
		reader.feed(joined([little.words(length), one]));
		expect(reader.next()?.number).toBe(1);
		expect(() => reader.end()).not.toThrow();
	});

	it('should be truncated at their beginning, however much of them was skipped', () => {
		const cut = joined([little.words(10, 2 ** 30), new Uint8Array(1000)]);
		const { error } = readAll(begin, one, cut.subarray(0, 500), cut.subarray(500));
		const offset = begin.length + one.length;
		expect(error).toMatchObject({ code: 'truncated', offset });
		expect(error?.message).toBe(`the capture is cut off: a record at byte ${offset} has only 1008 bytes`);
	});

	it('should give a packet of the largest length', () => {
		const bytes = new Uint8Array(2 ** 18).fill(7);
		const { packets, error } = readAll(joined([begin, little.enhanced(bytes)]));
		expect(error).toBeUndefined();
		expect(packets.map(packet => Buffer.compare(packet.bytes, bytes))).toEqual([0]);
	});
});
