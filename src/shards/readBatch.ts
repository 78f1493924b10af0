import { closeReasons } from '../assembly/closeReason.js';
import { Flush } from '../assembly/flush.js';
import { Timestamp } from '../timestamp.js';
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
	VLAN,
} from './batchLayout.js';

/** Hands out the segments and marks of a batch, in order. The segments point into it. */
export function readBatch(batch: ArrayBuffer, each: (item: Segment | Flush) => void): void {
	const words = new Int32Array(batch);
	const doubles = new Float64Array(batch);
	const bytes = new Uint8Array(batch);
	const end = words[0] as number;
	for (let at = BATCH_HEADER_BYTES; at < end; ) {
		if (((words[(at >> 2) + KIND] as number) & 0xff) === 0) {
			each(flushAt(at, words, doubles));
			at += RECORD_BYTES;
		} else {
			const segment = segmentAt(at, words, doubles, bytes);
			at += RECORD_BYTES + aligned(segment.payloadAt + segment.length - segment.addressAt);
			each(segment);
		}
	}
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

function segmentAt(at: number, words: Int32Array, doubles: Float64Array, bytes: Uint8Array): Segment {
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
	);
}
