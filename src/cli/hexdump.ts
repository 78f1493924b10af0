const BYTES_A_LINE = 16;

/** The bytes as people read them: offset, hexadecimal, text. The first one is at `offset`. */
export function* hexdump(bytes: Uint8Array, offset = 0): Generator<string> {
	for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
		const line = bytes.subarray(at, at + BYTES_A_LINE);
		const hex = Array.from(line, byte => byte.toString(16).padStart(2, '0'));
		const columns = `${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}`.padEnd(3 * BYTES_A_LINE);
		const text = Array.from(line, byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
		yield `  ${(offset + at).toString(16).padStart(6, '0')}  ${columns}  ${text}`;
	}
}
