import { forEachBlock } from './blocks.js';
import { hexOf } from './hex.js';

/** RFC 1321, section 3.4: the integer part of 2^32 |sin(i)|. */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));
/** How far each round rotates, four steps in turn. */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;

/** The MD5 digest of bytes (RFC 1321) as 32 hexadecimal digits. It names fingerprints, and protects nothing. */
export function md5(message: Uint8Array): string {
	const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
	forEachBlock(message, true, block => mix(state, block));
	const digest = new DataView(new ArrayBuffer(16));
	state.forEach((word, i) => {
		digest.setInt32(4 * i, word, true);
	});
	return hexOf(new Uint8Array(digest.buffer));
}

function mix(state: Int32Array, block: DataView): void {
	let [a, b, c, d] = state as unknown as [number, number, number, number];
	for (let i = 0; i < 64; i++) {
		const round = i >> 4;
		const word = block.getInt32(4 * wordOf(round, i), true);
		const sum = (a + blend(round, b, c, d) + word + (SINES[i] as number)) | 0;
		const shift = SHIFTS[4 * round + (i & 3)] as number;
		[a, d, c] = [d, c, b];
		b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
	}
	state[0] = (state[0] as number) + a;
	state[1] = (state[1] as number) + b;
	state[2] = (state[2] as number) + c;
	state[3] = (state[3] as number) + d;
}

/** Which word of the block a step takes. */
function wordOf(round: number, i: number): number {
	if (round === 0) return i;
	if (round === 1) return (5 * i + 1) & 15;
	return (round === 2 ? 3 * i + 5 : 7 * i) & 15;
}

function blend(round: number, b: number, c: number, d: number): number {
	if (round === 0) return (b & c) | (~b & d);
	if (round === 1) return (b & d) | (c & ~d);
	return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}
