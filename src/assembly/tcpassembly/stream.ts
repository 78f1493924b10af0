import type { Direction, Endpoint, Flow } from '../../flow.js';
import type { Timestamp } from '../../timestamp.js';
import type { Segment } from '../../wire/segment.js';
import type { CloseReason } from '../closeReason.js';
import type { FlowStatistics } from '../connection.js';
import type { FlowTable } from '../flowTable.js';
import type { ChunkOwner } from '../reassembly.js';
import type { Page } from './pages.js';

/** One direction, as tcpassembly keeps it: a cursor, and pages in order. */
export class Stream implements FlowStatistics {
	/** The sequence number that is expected next; undefined until a SYN was seen or something was skipped. */
	next: number | undefined = undefined;
	readonly pages: Page[] = [];
	closed: CloseReason | undefined = undefined;
	packets = 0;
	bytes = 0;
	skipped = 0;
	readonly dropped = 0;
	readonly retransmitted = 0;
	outOfOrder = 0;
	readonly overlapped = 0;
	firstSeen: Timestamp | undefined = undefined;
	lastSeen: Timestamp | undefined = undefined;
	/** The greatest time of a packet of it, in ms: what a flush goes by. */
	newestMs = Number.NEGATIVE_INFINITY;

	constructor(
		readonly table: FlowTable,
		readonly row: number,
		readonly flow: Flow,
		readonly connection: Conversation,
		readonly direction: Direction,
	) {}

	/** The server sends it. */
	get reversed(): boolean {
		return this.direction === 'server';
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
export class Conversation implements ChunkOwner {
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
		return Object.values(this.streams).every(stream => stream.closed !== undefined);
	}

	directionOf(reversed: boolean): Direction {
		return reversed ? 'server' : 'client';
	}

	flowOf(reversed: boolean): Flow {
		return this.streams[this.directionOf(reversed)]?.flow ?? (reversed ? this.clientFlow.reverse() : this.clientFlow);
	}

	/** Whether a stream in that direction would be the first. */
	lacks(direction: Direction): boolean {
		return this.streams[direction] === undefined;
	}

	join(stream: Stream): void {
		this.streams[stream.direction] = stream;
	}

	statistics(direction: Direction): FlowStatistics {
		return this.streams[direction] ?? { ...nothing, flow: this.flowOf(direction === 'server') };
	}
}

const nothing = {
	packets: 0,
	bytes: 0,
	skipped: 0,
	dropped: 0,
	retransmitted: 0,
	outOfOrder: 0,
	overlapped: 0,
	firstSeen: undefined,
	lastSeen: undefined,
	closed: undefined,
} as const;
