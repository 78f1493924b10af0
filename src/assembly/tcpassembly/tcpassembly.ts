import type { Timestamp } from '../../timestamp.js';
import { type Segment, TcpFlag } from '../../wire/segment.js';
import { ChunkQueue } from '../chunkQueue.js';
import type { CloseReason } from '../closeReason.js';
import type { Flush } from '../flush.js';
import { Reassembly } from '../reassembly.js';
import { type Ending, endingOf, type Page, pagesOf, placeOf } from './pages.js';
import { add, difference } from './sequence.js';
import type { Stream } from './stream.js';
import { StreamTable } from './streamTable.js';

/** gopacket's `AssemblerOptions`. */
export interface TcpassemblyOptions {
	/** Pages (of 1900 bytes at most) that one stream may hold; when it has so many, one is delivered. 0: no limit. Default 0. */
	readonly maxBufferedPagesPerConnection?: number | undefined;
	/** Pages that all streams may hold together. 0: no limit. Default 0. */
	readonly maxBufferedPagesTotal?: number | undefined;
}

/** A chunk before it is known whether it closes its stream. */
interface Delivered {
	readonly block: Uint8Array;
	readonly from: number;
	readonly to: number;
	readonly skip: number;
	readonly start: boolean;
	readonly ending: Ending;
	readonly seen: Timestamp;
	readonly packet: number;
}

const noBytes = new Uint8Array(0);

/**
 * gopacket's `tcpassembly.Assembler` to the letter, quirks included: each direction by itself, no limit unless one is
 * given, an empty chunk for every repetition, RST and FIN taken at their word, late segments that open new streams.
 *
 * What it adds: pairs of streams share a `connection`, and streams are flushed in the order of their creation, where
 * gopacket has none.
 */
export class Tcpassembly {
	private readonly chunks: ChunkQueue;
	private readonly streams = new StreamTable();
	private readonly perConnection: number;
	private readonly total: number;
	/** Pages in use. */
	private used = 0;

	constructor(output: (chunk: Reassembly) => void, options: TcpassemblyOptions = {}) {
		this.chunks = new ChunkQueue(output);
		this.perConnection = options.maxBufferedPagesPerConnection ?? 0;
		this.total = options.maxBufferedPagesTotal ?? 0;
	}

	/** `AssembleWithTimestamp`. */
	push(segment: Segment): void {
		this.assemble(segment);
		this.chunks.handOut();
	}

	/** `FlushOlderThan`, with an age of its own for closing. */
	flush({ holesBefore, idleBefore, reason }: Flush): void {
		for (const stream of this.streams.all()) {
			while (stream.closed === undefined && stream.pages.length > 0 && (stream.pages[0] as Page).seen.ms < holesBefore)
				this.skipFlush(stream, reason);
			const isIdle = stream.pages.length === 0 && stream.newestMs < idleBefore;
			if (stream.closed === undefined && isIdle) this.closeSilently(stream, reason);
		}
		this.chunks.handOut();
	}

	/** `FlushAll`. */
	end(): void {
		for (const stream of this.streams.all()) while (stream.closed === undefined) this.skipFlush(stream, 'eof');
		this.chunks.handOut();
	}

	private assemble(segment: Segment): void {
		const syn = segment.has(TcpFlag.syn);
		const ending = endingOf(segment);
		if (!syn && ending === undefined && segment.length === 0) return;
		const stream = this.streams.find(segment) ?? (syn || segment.length > 0 ? this.streams.open(segment) : undefined);
		if (stream === undefined) return;
		stream.see(segment);
		const seq = segment.seq >>> 0;
		if (stream.next === undefined && syn) {
			stream.next = add(seq, segment.length + 1);
			this.deliver(stream, [{ ...whole(segment), skip: 0, start: true, ending: undefined }]);
		} else if (stream.next === undefined || difference(stream.next, seq) > 0) {
			this.hold(stream, segment, seq);
		} else {
			this.deliver(stream, [{ ...advance(stream, seq, whole(segment)), skip: 0, start: false, ending }]);
		}
	}

	private hold(stream: Stream, segment: Segment, seq: number): void {
		const pages = pagesOf(segment);
		stream.outOfOrder++;
		stream.pages.splice(placeOf(stream.pages, seq), 0, ...pages);
		this.used += pages.length;
		const isFull = this.perConnection > 0 && stream.pages.length >= this.perConnection;
		if (isFull || (this.total > 0 && this.used >= this.total)) this.deliver(stream, [this.pop(stream)]);
	}

	/** Takes out the first page, and says what is missing before it. */
	private pop(stream: Stream): Delivered {
		const page = stream.pages.shift() as Page;
		this.used--;
		const skip = stream.next === undefined ? -1 : Math.max(0, difference(stream.next, page.seq));
		const { bytes, ending, seen, packet } = page;
		const rest = advance(stream, page.seq, { block: bytes, from: 0, to: bytes.length, seen, packet });
		return { ...rest, skip, start: false, ending };
	}

	/** Delivers chunks, and what is held and follows them; the stream closes if the last of all has the end. */
	private deliver(stream: Stream, delivery: Delivered[]): void {
		for (let page = stream.pages[0]; page !== undefined; page = stream.pages[0]) {
			if (difference(stream.next as number, page.seq) > 0) break;
			delivery.push(this.pop(stream));
		}
		const closing = (delivery.at(-1) as Delivered).ending;
		if (closing !== undefined) this.remove(stream, closing);
		delivery.forEach((chunk, i) => {
			this.emit(stream, chunk, i === delivery.length - 1 ? closing : undefined);
		});
	}

	private skipFlush(stream: Stream, reason: CloseReason): void {
		if (stream.pages.length === 0) this.closeSilently(stream, reason);
		else this.deliver(stream, [this.pop(stream)]);
	}

	/** tcpassembly only calls `ReassemblyComplete`; here an empty chunk says it. */
	private closeSilently(stream: Stream, reason: CloseReason): void {
		this.remove(stream, reason);
		const seen = stream.lastSeen as Timestamp;
		this.emit(stream, { block: noBytes, from: 0, to: 0, skip: 0, start: false, ending: undefined, seen, packet: 0 }, reason);
	}

	private remove(stream: Stream, reason: CloseReason): void {
		stream.closed = reason;
		this.used -= stream.pages.length;
		stream.pages.length = 0;
		this.streams.remove(stream);
	}

	private emit(stream: Stream, chunk: Delivered, closed: CloseReason | undefined): void {
		const { block, from, to, skip, start, ending, seen, packet } = chunk;
		stream.bytes += to - from;
		stream.skipped += Math.max(0, skip);
		const offset = stream.bytes + stream.skipped - (to - from);
		const last = closed !== undefined && stream.connection.isOver;
		const { connection, reversed } = stream;
		this.chunks.push(
			new Reassembly(connection, reversed, block, from, to, offset, skip, start, ending !== undefined, seen, packet, closed, last),
		);
	}
}

type Span = Pick<Delivered, 'block' | 'from' | 'to' | 'seen' | 'packet'>;

function whole({ block, payloadAt, length, timestamp, packet }: Segment): Span {
	return { block, from: payloadAt, to: payloadAt + length, seen: timestamp, packet };
}

/** `byteSpan`: what of the bytes at `seq` is new; the cursor moves behind it. */
function advance(stream: Stream, seq: number, span: Span): Span {
	const length = span.to - span.from;
	const old = stream.next === undefined ? 0 : difference(seq, stream.next);
	if (old <= 0) {
		stream.next = add(seq, length);
		return span;
	}
	if (length < old) return { ...span, block: noBytes, from: 0, to: 0 };
	stream.next = add(stream.next as number, length - old);
	return { ...span, from: span.from + old };
}
