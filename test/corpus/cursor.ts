import type { Reassembly } from '../../src/assembly/reassembly.js';
import { type Segment, TcpFlag } from '../../src/wire/segment.js';

/** The sequence number of a segment's first payload byte. */
const payloadStart = (segment: Segment) => (segment.seq + (segment.has(TcpFlag.syn) ? 1 : 0)) | 0;
const payloadEnd = (segment: Segment) => (payloadStart(segment) + segment.length + segment.missing) | 0;

/** Follows the chunks of one direction: each byte must be the one that its packet had at that place. */
export class Cursor {
	/** Sequence number of the first byte; undefined as long as none has come. */
	first: number | undefined;
	/** Sequence number of the next one. */
	private at = 0;
	private readonly byPacket: ReadonlyMap<number, Segment>;

	constructor(
		private readonly segments: readonly Segment[],
		private readonly opposite: readonly Segment[],
	) {
		this.byPacket = new Map(segments.map(segment => [segment.packet, segment]));
	}

	/** @throws Error if the chunk does not have the bytes of its packet. */
	follow(chunk: Reassembly): void {
		if (chunk.length > 0 && this.first === undefined) this.begin(this.startOf(chunk));
		this.at = (this.at + Math.max(0, chunk.skip)) | 0;
		if (chunk.length === 0) return;
		if (!this.isAt(chunk, this.at)) throw new Error(`packet ${chunk.packet} does not have these bytes, ${this.length} behind the first`);
		this.at = (this.at + chunk.length) | 0;
	}

	/** Bytes and skips so far. */
	get length(): number {
		return (this.at - (this.first ?? 0)) | 0;
	}

	/** How far the flow goes from its first byte: to the end of whatever came of it. */
	get reach(): number {
		const ends = this.segments.filter(segment => carriesData(segment)).map(segment => (payloadEnd(segment) - (this.first ?? 0)) | 0);
		return Math.max(0, ...ends);
	}

	private begin(first: number): void {
		this.first = first;
		this.at = (this.at + first) | 0;
	}

	/** Behind a SYN, or where a SYN-ACK says; if neither fits, where the packet of the first bytes begins. */
	private startOf(chunk: Reassembly): number {
		const said = [
			...this.segments.filter(segment => segment.has(TcpFlag.syn)).map(payloadStart),
			...this.opposite.filter(segment => segment.has(TcpFlag.syn | TcpFlag.ack)).map(({ ack }) => ack),
		];
		const skipped = (this.at + Math.max(0, chunk.skip)) | 0;
		const known = chunk.skip < 0 ? undefined : said.find(start => this.isAt(chunk, (start + skipped) | 0));
		return known ?? (payloadStart(this.carrier(chunk)) - skipped) | 0;
	}

	private isAt(chunk: Reassembly, at: number): boolean {
		const carrier = this.carrier(chunk);
		const offset = (at - payloadStart(carrier)) | 0;
		return offset >= 0 && Buffer.compare(chunk.bytes, carrier.payload.subarray(offset, offset + chunk.length)) === 0;
	}

	private carrier({ packet }: Reassembly): Segment {
		const segment = this.byPacket.get(packet);
		if (segment === undefined) throw new Error(`packet ${packet} is not of this flow`);
		return segment;
	}
}

/** The payload of a RST is no part of the stream. */
function carriesData(segment: Segment): boolean {
	return !segment.has(TcpFlag.rst) && (segment.length + segment.missing > 0 || segment.has(TcpFlag.fin));
}
