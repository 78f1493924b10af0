import { forEachBlock } from './blocks.js';
import { hexOf } from './hex.js';

const PRIMES = firstPrimes(64);
/** FIPS 180-4, section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND_WORDS = Int32Array.from(PRIMES, prime => fractionOf(Math.cbrt(prime)));
/** Section 5.3.3: the same of the square roots of the first 8. */
const START = Int32Array.from(PRIMES.slice(0, 8), prime => fractionOf(Math.sqrt(prime)));
/** The words of the block at hand. */
const words = new Int32Array(64);

/** The SHA-256 digest of bytes (FIPS 180-4) as 64 hexadecimal digits. */
export function sha256(message: Uint8Array): string {
	const state = START.slice();
	forEachBlock(message, false, block => mix(state, block));
	const digest = new DataView(new ArrayBuffer(32));
	state.forEach((word, i) => {
		digest.setInt32(4 * i, word);
	});
	return hexOf(new Uint8Array(digest.buffer));
}

function mix(state: Int32Array, block: DataView): void {
	spread(block);
	let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
	for (let i = 0; i < 64; i++) {
		const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
		const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND_WORDS[i] as number) + (words[i] as number)) | 0;
		const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
		const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		[h, g, f] = [g, f, e];
		e = (d + t1) | 0;
		[d, c, b] = [c, b, a];
		a = (t1 + t2) | 0;
	}
	[a, b, c, d, e, f, g, h].forEach((word, i) => {
		state[i] = (state[i] as number) + word;
	});
}

/** Makes 64 words of the 16 of the block. */
function spread(block: DataView): void {
	for (let i = 0; i < 16; i++) words[i] = block.getInt32(4 * i);
	for (let i = 16; i < 64; i++) {
		const [w15, w2] = [words[i - 15] as number, words[i - 2] as number];
		const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
		const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
		words[i] = (words[i - 16] as number) + s0 + (words[i - 7] as number) + s1;
	}
}

function rotate(word: number, count: number): number {
	return (word >>> count) | (word << (32 - count));
}

function fractionOf(root: number): number {
	return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
	const primes: number[] = [];
	for (let n = 2; primes.length < count; n++) if (primes.every(prime => n % prime !== 0)) primes.push(n);
	return primes;
}
