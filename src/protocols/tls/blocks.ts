const BLOCK_BYTES = 64;

/**
 * Calls for each block of 64 bytes of a message, with the padding that MD5 and SHA-2 have in common: a bit, zeros, and the
 * length in bits (RFC 1321, sections 3.1 and 3.2; FIPS 180-4, section 5.1.1).
 */
export function forEachBlock(message: Uint8Array, isLittleEndian: boolean, use: (block: DataView) => void): void {
	const whole = message.length - (message.length % BLOCK_BYTES);
	for (let at = 0; at < whole; at += BLOCK_BYTES) use(new DataView(message.buffer, message.byteOffset + at, BLOCK_BYTES));
	const rest = message.length - whole;
	const tail = new Uint8Array(rest + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES);
	tail.set(message.subarray(whole));
	tail[rest] = 0x80;
	const view = new DataView(tail.buffer);
	const [high, low] = [Math.floor(message.length / 2 ** 29), (message.length << 3) >>> 0];
	view.setUint32(tail.length - 8, isLittleEndian ? low : high, isLittleEndian);
	view.setUint32(tail.length - 4, isLittleEndian ? high : low, isLittleEndian);
	for (let at = 0; at < tail.length; at += BLOCK_BYTES) use(new DataView(tail.buffer, at, BLOCK_BYTES));
}
