const MODULUS = 2 ** 32;
const FIRST_QUARTER = MODULUS / 4;
const LAST_QUARTER = 3 * FIRST_QUARTER;

/**
 * tcpassembly's distance of two unsigned sequence numbers: it only wraps where one lies in the last and the other in the
 * first quarter. Elsewhere it is the plain difference, which may be more than 2^31.
 */
export function difference(from: number, to: number): number {
	if (from > LAST_QUARTER && to < FIRST_QUARTER) return to + MODULUS - from;
	if (to > LAST_QUARTER && from < FIRST_QUARTER) return to - (from + MODULUS);
	return to - from;
}

/** The sequence number `length` after another, unsigned. */
export function add(sequence: number, length: number): number {
	return (sequence + length) % MODULUS;
}
