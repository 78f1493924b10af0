import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeReasons } from '../../../src/assembly/closeReason.js';
import { Flush } from '../../../src/assembly/flush.js';
import { BatchWriter, ROOM_FOR_FLUSH, roomFor } from '../../../src/shards/batchWriter.js';
import { readBatch } from '../../../src/shards/readBatch.js';
import { Timestamp } from '../../../src/timestamp.js';
import { Tunnel } from '../../../src/tunnel.js';
import { Segment } from '../../../src/wire/segment.js';
import { segmentsOf } from '../../support/operatorsTraffic.js';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const gre = new Tunnel('gre', 2 ** 32 - 1, [0x0a000001, -1]);
const inGre = new Tunnel('6in6', 0, [1, 2, 3, 4, 5, 6, 7, -8], gre);
const deep = Array.from({ length: 8 }).reduce<Tunnel>(outer => new Tunnel('6in6', 1, [1, 2, 3, 4, 5, 6, 7, 8], outer), inGre);

/** Segments as a decoder could make them: somewhere in a block, with extension headers and options or without. */
const segments = fc
	.record({
		version: fc.constantFrom(4, 6),
		before: fc.nat(50),
		extensions: fc.constantFrom(0, 0, 4, 8, 40),
		options: fc.nat(10),
		payload: fc.uint8Array({ maxLength: 300 }),
		fill: fc.nat(255),
		missing: fc.nat(2 ** 31 - 1),
		vlan: fc.nat(2 ** 24 - 1),
		seq: int32,
		ack: int32,
		flags: fc.nat(255),
		seconds: fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(-1, 2 ** 40)),
		nanoseconds: fc.nat(999_999_999),
		digits: fc.constantFrom(0, 3, 6, 9),
		tunnel: fc.constantFrom(null, null, gre, inGre, deep, new Tunnel('vxlan', 7, [])),
		packet: fc.oneof(fc.nat(1000), fc.constant(2 ** 40)),
	})
	.map(
		({
			version,
			before,
			extensions,
			options,
			payload,
			fill,
			missing,
			vlan,
			seq,
			ack,
			flags,
			seconds,
			nanoseconds,
			digits,
			packet,
			tunnel,
		}) => {
			const headerAt = before + (version === 4 ? 8 : 32) + extensions;
			const payloadAt = headerAt + 20 + 4 * options;
			const block = new Uint8Array(payloadAt + payload.length + 7).fill(fill);
			for (let i = 0; i < payloadAt; i++) block[i] = fill ^ (i * 31);
			block.set(payload, payloadAt);
			const time = new Timestamp(seconds, nanoseconds, digits);
			return new Segment(block, version, before, headerAt, payloadAt, payload.length, missing, vlan, seq, ack, flags, time, packet, tunnel);
		},
	);

const times = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
const marks = fc
	.tuple(times, times, times, fc.constantFrom(...closeReasons))
	.map(([now, holes, idle, reason]) => new Flush(now, holes, idle, reason));

/** All that can be asked of a segment. */
function told(item: Segment | Flush): object {
	if (item instanceof Flush) return { ...item };
	const { flow, payload, options, sourcePort, destinationPort, window, urgentPointer, timestamp } = item;
	const { version, length, missing, vlan, seq, ack, flags, packet } = item;
	const lies = { version, length, missing, vlan, seq, ack, flags, packet, sourcePort, destinationPort, window, urgentPointer };
	return {
		...lies,
		flow: String(flow),
		tunnel: String(flow.tunnel),
		payload: [...payload],
		options: [...options],
		timestamp: { ...timestamp },
	};
}

/** Writes all of it, as a shard does, and reads it again; answers what came out of each batch. */
function roundTrip(
	items: readonly (Segment | Flush)[],
	batchBytes: number,
): { readonly batches: ArrayBuffer[]; readonly read: object[][] } {
	const writer = new BatchWriter(batchBytes);
	const batches: ArrayBuffer[] = [];
	for (const item of items) {
		if (!writer.hasRoom(item instanceof Flush ? ROOM_FOR_FLUSH : roomFor(item))) batches.push(writer.take());
		if (item instanceof Flush) writer.addFlush(item);
		else writer.add(item);
	}
	if (!writer.isEmpty) batches.push(writer.take());
	const read = batches.map(batch => {
		const found: object[] = [];
		readBatch(batch, item => found.push(told(item)));
		return found;
	});
	return { batches, read };
}

describe('a batch', () => {
	it('should have a tunnel but once', () => {
		const [plain] = segmentsOf('C> S 0:0(0)') as [Segment];
		const { version, addressAt, headerAt, payloadAt, timestamp } = plain;
		const tunnelled = new Segment(plain.block, version, addressAt, headerAt, payloadAt, 0, 0, 0, 0, 0, 2, timestamp, 1, inGre);
		const read: Segment[] = [];
		const writer = new BatchWriter(65_536);
		for (let i = 0; i < 3; i++) writer.add(tunnelled);
		writer.add(plain);
		readBatch(writer.take(), item => read.push(item as Segment));
		expect(read.map(({ tunnel }) => String(tunnel))).toEqual([...new Array(3).fill(String(inGre)), 'null']);
		expect(read[1]?.tunnel).toBe(read[0]?.tunnel);
		expect(read[0]?.tunnel?.hash).toBe(inGre.hash);
	});

	it('should give what was written, all of it, in order', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(segments, segments, marks), { maxLength: 40 }), fc.constantFrom(1, 64, 500, 65_536), (items, bytes) => {
				expect(roundTrip(items, bytes).read.flat()).toEqual(items.map(told));
			}),
		);
	});

	it('should be as large as it was told, but for one segment that is larger', () => {
		const large = segmentsOf(`C> . 1:60001(60000) "${'x'.repeat(60_000)}"`)[0] as Segment;
		const small = segmentsOf(`C> . 1:1001(1000) "${'x'.repeat(1000)}"`)[0] as Segment;
		const { batches, read } = roundTrip([small, small, large, small], 4000);
		expect(read.map(({ length }) => length)).toEqual([2, 1, 1]);
		expect(batches.map(({ byteLength }) => byteLength)).toEqual([4000, 8 + roomFor(large), 4000]);
	});

	it('should keep the views of a batch that was read when the next one is written', () => {
		const writer = new BatchWriter(1000);
		const [first, second] = segmentsOf('C> . 1:4(3) "abc"', 'C> . 4:7(3) "def"') as [Segment, Segment];
		writer.add(first);
		const batch = writer.take();
		writer.add(second);
		const read: Segment[] = [];
		readBatch(batch, item => read.push(item as Segment));
		expect(read.map(({ payload }) => new TextDecoder().decode(payload))).toEqual(['abc']);
		expect(read[0]?.block.buffer).toBe(batch);
	});
});
