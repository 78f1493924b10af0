/** What tcpdump and Wireshark take at the most; a longer record is a lie, and nothing of its size is allocated. */
export const PACKET_BYTES_MAX = 256 * 1024;

/** Twice the largest that a kernel hands out (BIG TCP). A record that claims more is not believed about what was cut off. */
const WIRE_BYTES_MAX = 1024 * 1024;

/**
 * The length that a packet had on the wire.
 *
 * Some writers leave it 0; what is here was on the wire.
 */
export function originalLengthOf(stated: number, captured: number): number {
	return stated > WIRE_BYTES_MAX ? captured : Math.max(stated, captured);
}
