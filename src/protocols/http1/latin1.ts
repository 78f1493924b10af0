/** Not in the documentation of Node, nor in its types: the way to latin1 text that needs no Buffer for each piece of bytes. */
interface Latin1Slicer {
	latin1Slice?: (this: Uint8Array, from: number, to: number) => string;
}

const { latin1Slice } = Buffer.prototype as Latin1Slicer;

/**
 * The text of bytes, a character a byte.
 *
 * Only the HTTP/1 parser uses Buffer, against the rule of this library: http-parser-js needs Node anyway, and latin1 text
 * and the search for a word are native with it.
 */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
	if (latin1Slice === undefined) return asBuffer(bytes).toString('latin1', from, to);
	return latin1Slice.call(bytes, from, to);
}

/** The same bytes as a Node Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
