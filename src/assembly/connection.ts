import type { Direction, Endpoint, Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { CloseReason } from './closeReason.js';

/** What has been seen of one direction so far. */
export interface FlowStatistics {
	readonly flow: Flow;
	/** Packets, whatever was in them. */
	readonly packets: number;
	/** Bytes delivered. */
	readonly bytes: number;
	/** Bytes that were skipped because they never came; what was missed before the start is not in it. */
	readonly skipped: number;
	/** Bytes that nobody gets: behind the FIN, too far away, or too late. */
	readonly dropped: number;
	/** Packets whose payload had all been delivered before: retransmissions, keepalives, duplicates. */
	readonly retransmitted: number;
	/** Packets that were held because something before them was missing. */
	readonly outOfOrder: number;
	/** Bytes that came for places where others were held already: the same once more, or different ones. */
	readonly overlapped: number;
	/** When its first and its last packet were captured; undefined if there was none. */
	readonly firstSeen: Timestamp | undefined;
	readonly lastSeen: Timestamp | undefined;
	/** Why it ended; undefined while it is open, or if nobody ever saw it. */
	readonly closed: CloseReason | undefined;
}

/**
 * The two flows of one TCP conversation. Within one `reassemble()` every chunk of it carries the same object.
 *
 * The client is who sent the first SYN; else who the first SYN-ACK was for; else the side with the higher port, which
 * `guessed` says. It is decided before the first chunk, and stays.
 */
export interface Connection {
	/** 1 for the first connection that was opened, and so on. */
	readonly id: number;
	readonly client: Endpoint;
	readonly server: Endpoint;
	/** Neither SYN nor SYN-ACK was seen: who is the client was guessed by the ports. */
	readonly guessed: boolean;
	/** A snapshot of what was seen of one direction; the numbers are final on the last chunk. */
	statistics(direction: Direction): FlowStatistics;
}
