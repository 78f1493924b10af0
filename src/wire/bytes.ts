/** The 16-bit word at `at`, in network byte order. */
export function u16(block: Uint8Array, at: number): number {
	return ((block[at] as number) << 8) | (block[at + 1] as number);
}

/** The 32-bit word at `at`, in network byte order, signed. */
export function i32(block: Uint8Array, at: number): number {
	return ((block[at] as number) << 24) | ((block[at + 1] as number) << 16) | ((block[at + 2] as number) << 8) | (block[at + 3] as number);
}
