/** The bytes by themselves. `slice()` makes no copy of a Buffer, which every Uint8Array may be. */
export function copyOf(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes);
}
