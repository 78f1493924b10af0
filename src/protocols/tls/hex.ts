/** Bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
	return text;
}

/** A 16-bit number as four lower-case hexadecimal digits. */
export function hex16(value: number): string {
	return value.toString(16).padStart(4, '0');
}

/** Text whose characters are all ASCII, as bytes. */
export function asciiBytes(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}

/** Bytes as text, a character a byte. */
export function latin1Of(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}
