/**
 * Results on their way from a shard to the main thread. What is plain goes as it is, by a structured clone; what is an
 * instance of a class of ours is written to a tape of numbers, and made again where its number stands.
 */
export interface Parcel {
	readonly values: unknown[];
	/** Where something is to be made: in `holders[i]`, at `keys[i]`, is the place on the tape where it stands. */
	readonly holders: readonly object[];
	readonly keys: readonly (string | number)[];
	/** For each value, how many of those places are in it and in the values before it. */
	readonly places: readonly number[];
	/** Objects that have no prototype; a structured clone would give them one. */
	readonly bare: readonly object[];
	readonly tape: Float64Array;
	/** Texts that the tape speaks of. */
	readonly texts: readonly string[];
	/** Bytes that the tape speaks of. */
	readonly bytes: Uint8Array;
	/** Connections that nobody in the shard knows any more, by their numbers. */
	readonly forgotten: readonly number[];
}

/** The first number of what stands on the tape: what it is. */
export const Mark = { timestamp: 0, endpoint: 1, flow: 2, bytes: 3, segment: 4, flush: 5, connection: 6, chunk: 7, tunnel: 8 } as const;

/** Numbers of a timestamp on the tape: seconds, nanoseconds, digits. */
export const TIMESTAMP_NUMBERS = 3;
/** Numbers of one direction's statistics: seven counters, two timestamps, the reason. */
export const STATISTICS_NUMBERS = 7 + 2 * TIMESTAMP_NUMBERS + 1;
