import type { Direction, Endpoint, Flow } from '../../flow.js';
import type { Timestamp } from '../../timestamp.js';
import type { Segment } from '../../wire/segment.js';
import type { Connection, FlowStatistics } from '../connection.js';
import type { ChunkOwner } from '../reassembly.js';
import type { Page } from './pages.js';

/** One direction, as tcpassembly keeps it: a cursor, and pages in order. */
export class Stream implements ChunkOwner, FlowStatistics {
	/** The sequence number that is expected next; undefined until a SYN was seen or something was skipped. */
	next: number | undefined;
	readonly pages: Page[] = [];
	closed = false;
	packets = 0;
	bytes = 0;
	skipped = 0;
	readonly dropped = 0;
	readonly retransmitted = 0;
	outOfOrder = 0;
	firstSeen: Timestamp | undefined;
	lastSeen: Timestamp | undefined;
	/** The greatest time of a packet of it, in ms: what a flush goes by. */
	newestMs = Number.NEGATIVE_INFINITY;

	constructor(
		readonly key: readonly number[],
		readonly version: number,
		readonly flow: Flow,
		readonly connection: Conversation,
	) {}

	get direction(): Direction {
		return this.connection.directionOf(this);
	}

	see({ timestamp }: Segment): void {
		this.packets++;
		this.firstSeen ??= timestamp;
		this.lastSeen = timestamp;
		this.newestMs = Math.max(this.newestMs, timestamp.ms);
	}
}

/**
 * Two streams with the same ends. tcpassembly knows only directions: that two of them belong together is added here, so
 * that chunks can be grouped by connection.
 */
export class Conversation implements Connection {
	private readonly streams: Partial<Record<Direction, Stream>> = {};

	constructor(
		readonly id: number,
		private readonly clientFlow: Flow,
		readonly guessed: boolean,
	) {}

	get client(): Endpoint {
		return this.clientFlow.source;
	}

	get server(): Endpoint {
		return this.clientFlow.destination;
	}

	/** Whether neither direction is open. */
	get isOver(): boolean {
		return Object.values(this.streams).every(stream => stream.closed);
	}

	directionOf(stream: Stream): Direction {
		return this.streams.client === stream ? 'client' : 'server';
	}

	/** Whether a stream in that direction would be the first. */
	lacks(direction: Direction): boolean {
		return this.streams[direction] === undefined;
	}

	join(direction: Direction, stream: Stream): void {
		this.streams[direction] = stream;
	}

	statistics(direction: Direction): FlowStatistics {
		const flow = direction === 'client' ? this.clientFlow : this.clientFlow.reverse();
		return this.streams[direction] ?? { ...nothing, flow };
	}
}

const nothing = {
	packets: 0,
	bytes: 0,
	skipped: 0,
	dropped: 0,
	retransmitted: 0,
	outOfOrder: 0,
	firstSeen: undefined,
	lastSeen: undefined,
} as const;
