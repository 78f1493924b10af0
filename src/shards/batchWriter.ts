import { closeReasons } from '../assembly/closeReason.js';
import type { Flush } from '../assembly/flush.js';
import type { Tunnel } from '../tunnel.js';
import type { Segment } from '../wire/segment.js';
import {
	ACK,
	aligned,
	BATCH_HEADER_BYTES,
	DIGITS_SHIFT,
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

const NOTHING = new ArrayBuffer(0);

/** Bytes of a segment, from its addresses to the end of its payload. */
const bytesOf = ({ payloadAt, length, addressAt }: Segment): number => payloadAt + length - addressAt;

/** The most room that a segment takes in a batch. */
export function roomFor(segment: Segment): number {
	const room = RECORD_BYTES + aligned(bytesOf(segment));
	return segment.tunnel === null ? room : room + roomForTunnel(segment.tunnel);
}

/** Eleven numbers at most for each tunnel, and how many there are. */
const roomForTunnel = (tunnel: Tunnel): number => 8 * (1 + 11 * tunnel.depth);

/** Room that a mark takes. */
export const ROOM_FOR_FLUSH = RECORD_BYTES;

/**
 * Writes segments and marks into a batch, one behind the other: see `batchLayout`. A batch is memory of its own, which is
 * given away whole; the next one is made when something comes for it. What is larger than a batch gets one that is as large.
 */
export class BatchWriter {
	private buffer = NOTHING;
	private words = new Int32Array(NOTHING);
	private doubles = new Float64Array(NOTHING);
	private bytes = new Uint8Array(NOTHING);
	private at = 0;
	/** Where in the batch each tunnel stands. */
	private readonly tunnels = new Map<Tunnel, number>();

	constructor(private readonly batchBytes: number) {}

	get isEmpty(): boolean {
		return this.at === 0;
	}

	/** Whether so many bytes can be added; an empty batch takes anything. */
	hasRoom(room: number): boolean {
		return this.at === 0 || this.at + room <= this.buffer.byteLength;
	}

	add(segment: Segment): void {
		const size = bytesOf(segment);
		const at = this.begin(RECORD_BYTES + aligned(size), roomFor(segment));
		const { words, doubles } = this;
		const { block, addressAt, timestamp } = segment;
		const word = at >> 2;
		doubles[(at >> 3) + SECONDS] = timestamp.seconds;
		doubles[(at >> 3) + PACKET] = segment.packet;
		words[word + NANOSECONDS] = timestamp.nanoseconds;
		words[word + SEQ] = segment.seq;
		words[word + ACK] = segment.ack;
		words[word + KIND] = segment.version | (segment.flags << FLAGS_SHIFT) | (timestamp.digits << DIGITS_SHIFT);
		words[word + VLAN] = segment.vlan;
		words[word + HEADER_AT] = segment.headerAt - addressAt;
		words[word + PAYLOAD_AT] = segment.payloadAt - addressAt;
		words[word + LENGTH] = segment.length;
		words[word + MISSING] = segment.missing;
		this.bytes.set(block.subarray(addressAt, addressAt + size), at + RECORD_BYTES);
		if (segment.tunnel !== null) words[word + TUNNEL] = this.tunnels.get(segment.tunnel) ?? this.addTunnel(segment.tunnel);
	}

	/** Writes a tunnel behind the segment at hand. */
	private addTunnel(tunnel: Tunnel): number {
		const { at } = this;
		const numbers = tunnel.toNumbers();
		this.doubles[at >> 3] = numbers.length;
		this.doubles.set(numbers, (at >> 3) + 1);
		this.at += 8 * (1 + numbers.length);
		this.tunnels.set(tunnel, at);
		return at;
	}

	addFlush({ now, holesBefore, idleBefore, reason }: Flush): void {
		const at = this.begin(RECORD_BYTES, RECORD_BYTES);
		const { words, doubles } = this;
		doubles[(at >> 3) + NOW] = now;
		doubles[(at >> 3) + HOLES_BEFORE] = holesBefore;
		doubles[(at >> 3) + IDLE_BEFORE] = idleBefore;
		words[(at >> 2) + KIND] = closeReasons.indexOf(reason) << FLAGS_SHIFT;
	}

	/** Gives the batch away, which must not be empty. */
	take(): ArrayBuffer {
		const { buffer } = this;
		this.words[0] = this.at;
		this.at = 0;
		this.tunnels.clear();
		this.hold(NOTHING);
		return buffer;
	}

	/** Takes so many bytes; answers where they begin. What may come behind them at once counts for the size of a new batch. */
	private begin(room: number, most: number): number {
		if (this.at === 0) {
			this.hold(new ArrayBuffer(Math.max(aligned(this.batchBytes), BATCH_HEADER_BYTES + most)));
			this.at = BATCH_HEADER_BYTES;
		}
		const { at } = this;
		this.at += room;
		return at;
	}

	private hold(buffer: ArrayBuffer): void {
		this.buffer = buffer;
		this.words = new Int32Array(buffer);
		this.doubles = new Float64Array(buffer);
		this.bytes = new Uint8Array(buffer);
	}
}
