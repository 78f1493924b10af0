import { Timestamp } from '../timestamp.js';
import { type CloseReason, closeReasons } from './closeReason.js';
import type { RowTable } from './flowTable.js';

/**
 * What each word of a connection's row means: first those of both directions together, then those of each. They are
 * counted from behind the key, and those of a direction from where it begins.
 *
 * At many connections each line of memory is a cache miss. So all that a packet in its turn must know lies in the first 64
 * bytes, with the key of IPv4; then follows what it only writes, and last what it does not touch.
 */

/** When a packet of it was last seen, in ms of the engine's time; a double. */
export const LAST_SEEN_MS = 0;
/** Its state, and who is the client: see {@link ConnectionFlag}. */
export const CONNECTION_FLAGS = 2;
/** VLAN ids of its first packet. */
export const VLAN = 3;
/** Where the direction from the lower end to the higher begins, as its key has them; four words of each take turns. */
export const FORWARD = 4;
export const BACKWARD = 8;
/** Words of a row behind its key. */
export const CONNECTION_WORDS = 28;

/** Bytes delivered or skipped: where in the stream the cursor is; a double. */
export const POSITION = 0;
/** The sequence number that is expected next. */
export const NEXT = 2;
/** See {@link HalfFlag}. */
export const HALF_FLAGS = 3;
/** Timestamp of the last packet: seconds, a double, and nanoseconds. */
export const LAST_SECONDS = 8;
export const LAST_NANOSECONDS = 10;
export const PACKETS = 11;
/** Timestamp of the first packet. */
export const FIRST_SECONDS = 16;
export const FIRST_NANOSECONDS = 18;
/** Sequence number of the first byte. */
export const FIRST = 19;

/** Bits of {@link CONNECTION_FLAGS}. */
export const ConnectionFlag = {
	/** The list that it is in: half-open, open or lingering. */
	state: 3,
	/** It is being closed: who was never seen will not be waited for. */
	closing: 4,
	/** Who is the client has been said, and stays. */
	rolesSettled: 8,
	/** The client is the higher end, so that it sends the backward direction. */
	clientIsBackward: 16,
	/** A client is known; else it is guessed by the ports. */
	synAckSeen: 32,
	synSeen: 64,
	/** The direction that reset it. */
	resetByForward: 128,
	resetByBackward: 256,
} as const;

/** Bits of {@link HALF_FLAGS}. */
export const HalfFlag = {
	/** A packet of it was seen. */
	seen: 1,
	/** Its start is settled: there is a cursor. */
	started: 2,
	closed: 4,
	/** Its SYN was seen, so that the number before its first is its initial sequence number. */
	synSeen: 8,
	/** The other side has acknowledged its SYN. */
	confirmed: 16,
	/** The other side has said that it will not read what still comes. */
	refused: 32,
	/** A chunk of it was handed out. */
	told: 64,
	/** The other side's SYN-ACK has told where it starts, but no packet of its own was seen yet. */
	startUntold: 128,
	/** Something is held, or to be said before its next chunk: see `Disorder`. */
	disordered: 256,
	/** Segments came that were too far ahead: the other side's ACK may say that it goes on there. */
	lost: 512,
} as const;

/** Where, in the flags of a direction, stands by what it was closed: a number from 1 in three bits. */
const REASON_SHIFT = 12;
const REASON_MASK = 7;
/** And the digits of its timestamps, in the bits above. */
const DIGITS_SHIFT = 16;

/** The bits for a reason. */
export const reasonBits = (reason: CloseReason): number => (closeReasons.indexOf(reason) + 1) << REASON_SHIFT;

/** The reason in the flags of a direction, if it was closed. */
export const reasonIn = (flags: number): CloseReason | undefined => closeReasons[((flags >>> REASON_SHIFT) & REASON_MASK) - 1];

/** The bits for the digits of a timestamp. */
const digitsBits = (digits: number): number => digits << DIGITS_SHIFT;

/** Counts a packet of the direction that begins at `half`, and notes when it was captured. */
export function notePacket({ words, doubles }: RowTable, half: number, timestamp: Timestamp): void {
	const { seconds, nanoseconds } = timestamp;
	const flags = words[half + HALF_FLAGS] as number;
	if ((flags & HalfFlag.seen) === 0) {
		words[half + HALF_FLAGS] = flags | HalfFlag.seen | digitsBits(timestamp.digits);
		doubles[(half + FIRST_SECONDS) >> 1] = seconds;
		words[half + FIRST_NANOSECONDS] = nanoseconds;
	}
	words[half + PACKETS] = (words[half + PACKETS] as number) + 1;
	doubles[(half + LAST_SECONDS) >> 1] = seconds;
	words[half + LAST_NANOSECONDS] = nanoseconds;
}

/** The timestamp at these words of the direction that begins at `half`; undefined if no packet of it was seen. */
export function timestampIn({ words, doubles }: RowTable, half: number, seconds: number, nanoseconds: number): Timestamp | undefined {
	const flags = words[half + HALF_FLAGS] as number;
	if ((flags & HalfFlag.seen) === 0) return undefined;
	return new Timestamp(doubles[(half + seconds) >> 1] as number, words[half + nanoseconds] as number, flags >>> DIGITS_SHIFT);
}
