import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packet } from '../../../src/packet.js';
import { BatchFault, type PacketBatch } from '../../../src/shipping/packetBatch.js';
import { PacketBatchWriter } from '../../../src/shipping/packetBatchWriter.js';
import { readPacketBatch } from '../../../src/shipping/readPacketBatch.js';
import { Timestamp } from '../../../src/timestamp.js';

const interfaces = [
	{ linkType: 1, id: 0 },
	{ linkType: 113, id: 3, name: 'any\u2026', snapLength: 96 },
];

const packets = fc.array(
	fc
		.record({
			bytes: fc.uint8Array({ maxLength: 300 }),
			before: fc.nat({ max: 9 }),
			original: fc.nat(),
			seconds: fc.integer({ min: -60_000_000_000, max: 253_402_300_799 }),
			nanoseconds: fc.nat({ max: 999_999_999 }),
			digits: fc.constantFrom(0, 3, 6, 9),
			number: fc.maxSafeNat(),
			from: fc.constantFrom(...interfaces),
		})
		.map(({ bytes, before, original, seconds, nanoseconds, digits, number, from }) => {
			const block = new Uint8Array(before + bytes.length + 5);
			block.set(bytes, before);
			return new Packet(block, before, before + bytes.length, original, new Timestamp(seconds, nanoseconds, digits), number, from);
		}),
	{ maxLength: 20 },
);
const header = fc.record({
	sensor: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
	run: fc.maxSafeNat(),
	shard: fc.nat({ max: 1023 }),
	shards: fc.constant(1024),
});

type Header = Omit<PacketBatch, 'number' | 'ends' | 'sequence' | 'packets'>;

function written(of: Header, all: readonly Packet[], number = 7, ends = false): Uint8Array {
	const writer = new PacketBatchWriter(of);
	for (const packet of all) writer.add(packet);
	return writer.take(number, ends);
}

const plain: Header = { sensor: 'tap', run: 1, shard: 2, shards: 4 };
const onePacket = new Packet(new Uint8Array([1, 2, 3]), 0, 3, 60, new Timestamp(5, 6), 1, { linkType: 1, id: 0 });

function faultOf(change: (view: DataView) => void): BatchFault {
	const bytes = written(plain, [onePacket]);
	change(new DataView(bytes.buffer));
	const read = readPacketBatch(bytes, 1);
	expect(read).toBeInstanceOf(BatchFault);
	return read as BatchFault;
}

describe('a batch of packets', () => {
	it('should be read as it was written, also from the middle of a buffer', () => {
		fc.assert(
			fc.property(header, packets, fc.maxSafeNat(), fc.boolean(), (of, all, number, ends) => {
				const bytes = written(of, all, number, ends);
				const around = new Uint8Array(bytes.length + 3);
				around.set(bytes, 1);
				const batch = readPacketBatch(around.subarray(1, 1 + bytes.length), 99) as PacketBatch;
				expect(batch).toMatchObject({ ...of, number, ends, sequence: 99 });
				expect(batch.packets).toHaveLength(all.length);
				for (const [i, packet] of batch.packets.entries()) {
					const { bytes: given, timestamp, number: place, originalLength, source } = all[i] as Packet;
					expect([...packet.bytes]).toEqual([...given]);
					expect({ ...packet.timestamp }).toEqual({ ...timestamp });
					expect(packet).toMatchObject({ number: place, originalLength, source, sensor: of.sensor, sequence: 99, index: i });
				}
			}),
		);
	});

	it('should be as long as was said before', () => {
		const writer = new PacketBatchWriter(plain);
		const empty = writer.bytes;
		writer.add(onePacket);
		const { bytes } = writer;
		expect(writer.take(0, false)).toHaveLength(bytes);
		expect([writer.bytes, writer.packets]).toEqual([empty, 0]);
	});

	it('should never throw, whatever was changed in it, and never reach beyond it', () => {
		const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 });
		fc.assert(
			fc.property(packets, changes, fc.nat({ max: 40 }), (all, changed, cut) => {
				const bytes = written(plain, all);
				for (const [at, value] of changed) bytes[at % bytes.length] = value;
				const read = readPacketBatch(bytes.subarray(0, Math.max(0, bytes.length - (cut > 20 ? cut : 0))), 1);
				if (read instanceof BatchFault) expect(read.message).not.toBe('');
				else for (const { start, end } of read.packets) expect(0 <= start && start <= end && end <= bytes.length).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});

	it('should be told from anything', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => readPacketBatch(bytes, 1) instanceof BatchFault));
	});

	it('should be cut nowhere without that being seen', () => {
		const bytes = written(plain, [onePacket, onePacket]);
		for (let length = 0; length < bytes.length; length++) expect(readPacketBatch(bytes.subarray(0, length), 1)).toBeInstanceOf(BatchFault);
	});

	it.each<[string, BatchFault['reason'], (view: DataView) => void]>([
		['another magic number', 'not-a-batch', view => view.setUint32(0, 1)],
		['another version', 'other-version', view => view.setUint8(4, 2)],
		['a length of its own that is too large', 'truncated', view => view.setUint32(36, 0xffffffff, true)],
		['more packets than it has', 'malformed', view => view.setUint32(32, 0xffffffff, true)],
		['more interfaces than it has', 'malformed', view => view.setUint32(28, 0xffffffff, true)],
		['a sensor without a name', 'malformed', view => view.setUint16(6, 0, true)],
		['a number that is none', 'malformed', view => view.setFloat64(16, Number.NaN, true)],
		['a shard that there is not', 'malformed', view => view.setUint16(24, 4, true)],
		['a flag that there is not', 'malformed', view => view.setUint8(5, 2)],
		['a packet that is longer than the batch', 'malformed', view => view.setUint32(43 + 14 + 24, 0x7fffffff, true)],
		['a packet of no interface', 'malformed', view => view.setUint16(43 + 14 + 28, 1, true)],
		['a packet at no time', 'malformed', view => view.setFloat64(43 + 14 + 8, Number.POSITIVE_INFINITY, true)],
	])('should not be one with %s', (_, reason, change) => {
		expect(faultOf(change).reason).toBe(reason);
	});
});
