/** The Internet checksum (RFC 1071): one's complement sums of 16-bit words, not yet folded or inverted. */
function sumWords(block: Uint8Array, from: number, to: number): number {
	let sum = 0;
	let i = from;
	for (; i + 1 < to; i += 2) sum += ((block[i] as number) << 8) | (block[i + 1] as number);
	return i < to ? sum + ((block[i] as number) << 8) : sum;
}

function fold(sum: number): number {
	let folded = sum;
	while (folded > 0xffff) folded = Math.floor(folded / 0x10000) + (folded % 0x10000);
	return folded;
}

/** Whether an IPv4 header's checksum is right, or 0: left to the network card, which captures of one's own traffic show. */
export function ipv4HeaderIsIntact(block: Uint8Array, at: number, length: number): boolean {
	const unset = block[at + 10] === 0 && block[at + 11] === 0;
	return unset || fold(sumWords(block, at, at + length)) === 0xffff;
}

/** What a checksum says: offloaded is the sum of the pseudo-header alone, which a host leaves for its network card to finish. */
export type Verdict = 'right' | 'offloaded' | 'wrong';

/**
 * Looks at a TCP segment's checksum (RFC 9293, section 3.1).
 *
 * @param addressAt where the addresses are, both of `addressLength` bytes, source first.
 * @param from,to the segment, header first.
 */
export function judgeTcpChecksum(block: Uint8Array, addressAt: number, addressLength: number, from: number, to: number): Verdict {
	const pseudoHeader = sumWords(block, addressAt, addressAt + 2 * addressLength) + 6 + (to - from);
	if (fold(pseudoHeader + sumWords(block, from, to)) === 0xffff) return 'right';
	const stated = ((block[from + 16] as number) << 8) | (block[from + 17] as number);
	return stated === fold(pseudoHeader) ? 'offloaded' : 'wrong';
}
