/** Base64 (RFC 4648, section 4) of bytes, by hand: not every machine that runs this has a Buffer. */
export function toBase64(bytes: Uint8Array): string {
	const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
	let to = 0;
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const word =
			((bytes[i] as number) << 16) | ((left > 1 ? (bytes[i + 1] as number) : 0) << 8) | (left > 2 ? (bytes[i + 2] as number) : 0);
		out[to] = digits[word >>> 18] as number;
		out[to + 1] = digits[(word >>> 12) & 63] as number;
		if (left > 1) out[to + 2] = digits[(word >>> 6) & 63] as number;
		if (left > 2) out[to + 3] = digits[word & 63] as number;
		to += 4;
	}
	return ascii.decode(out);
}

/** The bytes that gave this Base64; null if it is none: another letter, a length that cannot be, bits behind the last byte. */
export function fromBase64(text: string): Uint8Array | null {
	if (text.length % 4 !== 0) return null;
	const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
	const out = new Uint8Array((text.length / 4) * 3 - padding);
	let word = 0;
	let to = 0;
	for (let i = 0; i < text.length - padding; i++) {
		const value = sextetOf(text.charCodeAt(i));
		if (value < 0) return null;
		word = (word << 6) | value;
		if (i % 4 > 0) out[to++] = word >>> (6 - 2 * (i % 4));
	}
	return padding > 0 && (word & (padding === 1 ? 3 : 15)) !== 0 ? null : out;
}

function sextetOf(code: number): number {
	return code < 128 ? (values[code] as number) : -1;
}

const PADDING = 61;
const digits = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const values = new Int8Array(128).fill(-1);
digits.forEach((digit, value) => {
	values[digit] = value;
});
const ascii = new TextDecoder();
