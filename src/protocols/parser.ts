import type { CloseReason } from '../assembly/closeReason.js';
import type { Direction } from '../flow.js';
import type { Timestamp } from '../timestamp.js';

export type { Direction } from '../flow.js';

/** The two ends of a conversation, as text: `10.0.0.1:1234`, `[::1]:80`. */
export interface Ends {
	readonly client: string;
	readonly server: string;
}

/** Where a piece of the stream came from. A `Reassembly` chunk is one. */
export interface Origin {
	readonly direction: Direction;
	/** When the packet that brought it was captured. */
	readonly seen: Timestamp;
	/** Number of the packet that brought its first byte, from 1. */
	readonly packet: number;
	/** At the end of a direction: why it ended. Anything but `fin` says that its sender may have had more to say. */
	readonly closed?: CloseReason | undefined;
}

/**
 * What a protocol parser is: three methods, and a fourth for those who pair directions. It is fed both directions of one connection, or a single flow.
 *
 * The bytes of each direction come in order, cut anywhere. A parser that throws ends its own stream, nobody else's.
 */
export interface Parser {
	/** More bytes of one direction. The view may be kept, but not written to. */
	push(bytes: Uint8Array, origin: Origin): void;
	/** `length` bytes of that direction are missing here; -1: its start was not seen, so nobody knows how many. */
	gap(length: number, origin: Origin): void;
	/** That direction has ended: nothing more will come of it. */
	end(origin: Origin): void;
	/** Nothing more will come of either direction, also of one that was never seen. Optional. */
	finish?(): void;
}

/** Makes the parser of one connection (or flow); it hands each message to `emit`. */
export type ParserFactory<Message> = (emit: (message: Message) => void, ends: Ends) => Parser;
