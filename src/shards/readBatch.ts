import { closeReasons } from '../assembly/closeReason.js';
import { Flush } from '../assembly/flush.js';
import { Timestamp } from '../timestamp.js';
import { Tunnel } from '../tunnel.js';
import { Segment } from '../wire/segment.js';
import {
	ACK,
	aligned,
	BATCH_HEADER_BYTES,
	DIGITS_SHIFT,
	FLAGS_MASK,
	FLAGS_SHIFT,
	HEADER_AT,
	HOLES_BEFORE,
	IDLE_BEFORE,
	KIND,
	LENGTH,
	MISSING,
	NANOSECONDS,
	NOW,
	PACKET,
	PAYLOAD_AT,
	RECORD_BYTES,
	SECONDS,
	SEQ,
	TUNNEL,
	VLAN,
} from './batchLayout.js';

/** Hands out the segments and marks of a batch, in order. The segments point into it. */
export function readBatch(batch: ArrayBuffer, each: (item: Segment | Flush) => void): void {
	const words = new Int32Array(batch);
	const doubles = new Float64Array(batch);
	const bytes = new Uint8Array(batch);
	const tunnels = new Map<number, Tunnel>();
	const end = words[0] as number;
	for (let at = BATCH_HEADER_BYTES; at < end; ) {
		const word = at >> 2;
		if (((words[word + KIND] as number) & 0xff) === 0) {
			each(flushAt(at, words, doubles));
			at += RECORD_BYTES;
			continue;
		}
		const behind = at + RECORD_BYTES + aligned((words[word + PAYLOAD_AT] as number) + (words[word + LENGTH] as number));
		const tunnelAt = words[word + TUNNEL] as number;
		if (tunnelAt === behind) tunnels.set(tunnelAt, tunnelIn(doubles, tunnelAt >> 3));
		const segment = segmentAt(at, words, doubles, bytes, tunnelAt === 0 ? null : (tunnels.get(tunnelAt) as Tunnel));
		at = tunnelAt === behind ? behind + 8 * (1 + (doubles[behind >> 3] as number)) : behind;
		each(segment);
	}
}

function tunnelIn(doubles: Float64Array, at: number): Tunnel {
	const count = doubles[at] as number;
	return Tunnel.fromNumbers(Array.from(doubles.subarray(at + 1, at + 1 + count))) as Tunnel;
}

function flushAt(at: number, words: Int32Array, doubles: Float64Array): Flush {
	const double = at >> 3;
	const reason = closeReasons[(words[(at >> 2) + KIND] as number) >>> FLAGS_SHIFT];
	return new Flush(
		doubles[double + NOW] as number,
		doubles[double + HOLES_BEFORE] as number,
		doubles[double + IDLE_BEFORE] as number,
		reason,
	);
}

function segmentAt(at: number, words: Int32Array, doubles: Float64Array, bytes: Uint8Array, tunnel: Tunnel | null): Segment {
	const word = at >> 2;
	const double = at >> 3;
	const kind = words[word + KIND] as number;
	const addressAt = at + RECORD_BYTES;
	return new Segment(
		bytes,
		kind & 0xff,
		addressAt,
		addressAt + (words[word + HEADER_AT] as number),
		addressAt + (words[word + PAYLOAD_AT] as number),
		words[word + LENGTH] as number,
		words[word + MISSING] as number,
		words[word + VLAN] as number,
		words[word + SEQ] as number,
		words[word + ACK] as number,
		(kind >>> FLAGS_SHIFT) & FLAGS_MASK,
		new Timestamp(doubles[double + SECONDS] as number, words[word + NANOSECONDS] as number, kind >>> DIGITS_SHIFT),
		doubles[double + PACKET] as number,
		tunnel,
	);
}
