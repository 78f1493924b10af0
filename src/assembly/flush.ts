import type { CloseReason } from './closeReason.js';

/**
 * The mark in the packet stream that tells `reassemble` to stop waiting: push what is held, close what is idle.
 * gopacket's `FlushWithOptions`, as a value.
 */
export class Flush {
	constructor(
		/** The time that it is, in ms since 1970. */
		readonly now: number,
		/** Holes are skipped whose first held segment came before this (strictly), in ms since 1970. */
		readonly holesBefore: number,
		/** Connections are closed of which nothing was seen since this (strictly before), in ms since 1970. */
		readonly idleBefore: number,
		/** What the closed ones are said to have ended by. Default `'idle'`. */
		readonly reason: CloseReason = 'idle',
	) {}

	/** The mark that closes everything, for the reason given. */
	static everything(reason: CloseReason): Flush {
		const always = Number.POSITIVE_INFINITY;
		return new Flush(always, always, always, reason);
	}
}
