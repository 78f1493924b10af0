/**
 * The same bytes as a Node Buffer, without a copy.
 *
 * Only the HTTP/1 parser uses Buffer, against the rule of this library: http-parser-js reads nothing else, and latin1 text
 * and the search for a word are native with it.
 */
export function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
