/**
 * Sequence numbers count modulo 2^32 (RFC 9293, section 3.4). They are kept as signed 32-bit integers, since those are
 * what JavaScript engines keep unboxed; only the difference of two of them has a meaning.
 */

/** Further away than any hole: what lies so far behind is not compared, since later it would seem to lie ahead. */
export const FAR = 2 ** 29;

/** How far `to` lies beyond `from`: negative if it lies before it. */
export function distance(from: number, to: number): number {
	return (to - from) | 0;
}

/** The sequence number `length` bytes after `sequence`. */
export function advance(sequence: number, length: number): number {
	return (sequence + length) | 0;
}

/** The unsigned form, 0 to 2^32 - 1, for people to read. */
export function unsigned(sequence: number): number {
	return sequence >>> 0;
}
