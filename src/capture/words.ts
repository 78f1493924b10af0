/** The unsigned 32-bit word at `i`. */
export function wordAt(block: Uint8Array, i: number, littleEndian: boolean): number {
	const a = block[i] as number;
	const b = block[i + 1] as number;
	const c = block[i + 2] as number;
	const d = block[i + 3] as number;
	return (littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** The unsigned 16-bit word at `i`. */
export function halfAt(block: Uint8Array, i: number, littleEndian: boolean): number {
	const a = block[i] as number;
	const b = block[i + 1] as number;
	return littleEndian ? (b << 8) | a : (a << 8) | b;
}
