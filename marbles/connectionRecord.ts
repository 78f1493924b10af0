import { Flow } from '../src/flow.js';
import type { Timestamp } from '../src/timestamp.js';
import { type Segment, TcpFlag } from '../src/wire/segment.js';
import type { PacketLine } from './packetLine.js';
import { linesOfSegment } from './segmentLine.js';

/** One packet of a connection. */
export interface RecordedPacket {
	readonly line: PacketLine;
	/** Milliseconds since the first packet, rounded down; less than 0 if the capture says so. */
	readonly ms: number;
	/** Its number in the capture. */
	readonly number: number;
}

/** Other flows that an error names at most. */
const OTHERS_MAX = 10;

/** The packets of one connection out of a capture, copied, up to a number of packets and bytes. */
export class ConnectionRecord {
	/** Packets that came after the limit was reached. */
	leftOut = 0;
	private readonly packets: RecordedPacket[] = [];
	private readonly others = new Set<string>();
	/** There are more flows than those. */
	private hasMore = false;
	private first: { readonly flow: Flow; readonly time: Timestamp } | undefined = undefined;
	/** The first SYN tells who the client is: the side that sent the first packet, or the other one. */
	private firstIsClient: boolean | undefined = undefined;
	private bytes = 0;

	/** @param call who asks, for the error. */
	constructor(
		private readonly call: string,
		private readonly which: Flow | string,
		private readonly maxPackets: number,
		private readonly maxBytes: number,
	) {}

	/** Takes a segment, if it is of the connection. */
	add(segment: Segment): void {
		const { flow } = segment;
		if (this.first === undefined && !isOf(this.which, flow)) {
			this.noteOther(flow);
			return;
		}
		this.first ??= { flow, time: segment.timestamp };
		const isForward = isSame(flow, this.first.flow);
		if (!isForward && !isSame(flow.reverse(), this.first.flow)) return;
		if (this.leftOut > 0 || this.packets.length === this.maxPackets || this.bytes + segment.length > this.maxBytes) {
			this.leftOut++;
			return;
		}
		if (segment.has(TcpFlag.syn)) this.firstIsClient ??= isForward !== segment.has(TcpFlag.ack);
		this.bytes += segment.length;
		const ms = msBetween(this.first.time, segment.timestamp);
		for (const line of linesOfSegment(segment, isForward ? 'client' : 'server')) {
			if (this.packets.length === this.maxPackets) this.leftOut++;
			else this.packets.push({ line, ms, number: segment.packet });
		}
	}

	/**
	 * What was recorded, with the client as client.
	 *
	 * @throws Error if there was nothing; it names other flows that there were.
	 */
	result(): { readonly flow: Flow; readonly packets: readonly RecordedPacket[] } {
		const { first, packets } = this;
		if (first === undefined || packets.length === 0) {
			const limit = `maxBytes ${this.maxBytes} is less than its first packet has`;
			throw new Error(`${this.call}: ${first === undefined ? this.notFound() : limit}`);
		}
		const { source, destination } = first.flow;
		const isClient = this.firstIsClient ?? source.port >= destination.port;
		if (isClient) return { flow: first.flow, packets };
		const turned = packets.map(packet => ({ ...packet, line: { ...packet.line, direction: opposite(packet.line) } }));
		return { flow: first.flow.reverse(), packets: turned };
	}

	private noteOther(flow: Flow): void {
		const [text, reversed] = [flow.toString(), flow.reverse().toString()];
		if (this.others.has(text) || this.others.has(reversed)) return;
		if (this.others.size < OTHERS_MAX) this.others.add(text);
		else this.hasMore = true;
	}

	private notFound(): string {
		const others = [...this.others, ...(this.hasMore ? ['others'] : [])].join(', ') || 'no TCP at all';
		// A text may be anything.
		const wanted = String(this.which).replace(/[^\x20-\x7e]/g, '?');
		return `no packet of ${wanted}; there is ${others}`;
	}
}

function isOf(which: Flow | string, flow: Flow): boolean {
	if (which instanceof Flow) return isSame(which, flow) || isSame(which, flow.reverse());
	return which === flow.toString() || which === flow.reverse().toString();
}

function isSame(a: Flow, b: Flow): boolean {
	return a.toNumbers().join() === b.toNumbers().join();
}

function msBetween(first: Timestamp, time: Timestamp): number {
	return (time.seconds - first.seconds) * 1000 + Math.floor((time.nanoseconds - first.nanoseconds) / 1e6);
}

function opposite({ direction }: PacketLine): 'client' | 'server' {
	return direction === 'client' ? 'server' : 'client';
}
