/**
 * How a batch is laid out: a header, then records one behind the other, each on a multiple of 8 bytes. A record is that of a
 * segment, with its bytes from the addresses to the end of the payload behind it, or that of a mark. A tunnel stands behind the
 * bytes of the first segment of the batch that came through it: how many numbers, and the numbers, as doubles.
 */

/** The header is one word: where the records end. */
export const BATCH_HEADER_BYTES = 8;

/** Words of a record without the bytes. */
const RECORD_WORDS = 14;
export const RECORD_BYTES = 4 * RECORD_WORDS;

/** Doubles of a segment, counted from the beginning of its record in units of 8 bytes. */
export const SECONDS = 0;
export const PACKET = 1;

/** Words of a segment, counted from the beginning of its record. */
export const NANOSECONDS = 4;
export const SEQ = 5;
export const ACK = 6;
/** Version, or 0 for a mark, in the low 8 bits; flags, or the reason of a mark, in 16; digits in the upper 8. */
export const KIND = 7;
export const VLAN = 8;
/** Where the TCP header is, and where the payload, counted from the addresses. */
export const HEADER_AT = 9;
export const PAYLOAD_AT = 10;
export const LENGTH = 11;
export const MISSING = 12;
/** Where in the batch the tunnel stands, in bytes; 0 for none. */
export const TUNNEL = 13;

/** Doubles of a mark. */
export const NOW = 0;
export const HOLES_BEFORE = 1;
export const IDLE_BEFORE = 2;

export const FLAGS_SHIFT = 8;
export const FLAGS_MASK = 0xffff;
export const DIGITS_SHIFT = 24;

/** The next multiple of 8. */
export const aligned = (bytes: number): number => (bytes + 7) & ~7;
