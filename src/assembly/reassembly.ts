import type { Direction, Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { CloseReason } from './closeReason.js';
import type { Connection } from './connection.js';

/** A connection as whoever makes chunks of it knows it. */
export interface ChunkOwner extends Connection {
	/** The flow of its direction that is the reversed one, or not: what that means is up to the owner. */
	flowOf(reversed: boolean): Flow;
	directionOf(reversed: boolean): Direction;
}

/**
 * One ordered chunk of a flow: gopacket's `tcpassembly.Reassembly`, and whose it is.
 *
 * `skip + bytes.length`, summed over a flow, is the stream. A chunk without bytes says that the flow started, or ended.
 */
export class Reassembly {
	// Begins as null, so that V8 does not learn the class of owners: or else it looks at each one that is written here, a cache miss.
	private readonly owner: ChunkOwner | null = null;

	constructor(
		owner: ChunkOwner,
		private readonly reversed: boolean,
		private readonly block: Uint8Array,
		private readonly from: number,
		private readonly to: number,
		/** Where in the stream its bytes begin: all that was delivered or skipped before them, so far as anyone could count it. */
		readonly offset: number,
		/** Bytes missing before this chunk: 0 none, -1 the start of the flow was not seen, so nobody knows. */
		readonly skip: number,
		/** The flow starts here: its SYN was seen. */
		readonly start: boolean,
		/** The sender said that it has no more: this chunk came with the FIN. */
		readonly end: boolean,
		/** When the packet that brought it was captured; for a chunk without a packet, when the flow was last seen. */
		readonly seen: Timestamp,
		/** Number of the packet that brought its first byte, from 1, as Wireshark counts frames; 0 if nobody counted. */
		readonly packet: number,
		/** On the last chunk of a flow: why it ended. Nothing comes after it. */
		readonly closed: CloseReason | undefined,
		/** The last chunk of its connection: both flows have ended. */
		readonly last: boolean,
	) {
		this.owner = owner;
	}

	/**
	 * The bytes, a view that is made when asked for, and never overwritten, so it may be kept. It keeps the whole block
	 * alive that was read from the source (256 KiB of a file): `.slice()` what is to be kept for long.
	 */
	get bytes(): Uint8Array {
		// Not subarray(): of a Buffer of Node that is a Buffer, whose slice() does not copy.
		const { block } = this;
		return new Uint8Array(block.buffer, block.byteOffset + this.from, this.length);
	}

	/** How many bytes, without making the view. */
	get length(): number {
		return this.to - this.from;
	}

	get flow(): Flow {
		return (this.owner as ChunkOwner).flowOf(this.reversed);
	}

	get connection(): Connection {
		return this.owner as ChunkOwner;
	}

	/** Who sent it. */
	get direction(): Direction {
		return (this.owner as ChunkOwner).directionOf(this.reversed);
	}
}
