import type { LineReader } from './lineReader.js';

/** The letters of tcpdump in the order of tcpdump, and their bits in the TCP header. */
const letters: readonly (readonly [letter: string, bit: number])[] = [
	['F', 1],
	['S', 2],
	['R', 4],
	['P', 8],
	['.', 16],
	['U', 32],
	['E', 64],
	['W', 128],
];
const bits = new Map(letters);

export const ACK = 16;
export const URG = 32;

/** Reads the flags as tcpdump writes them: `S`, `S.`, `FP.`, `.`, `none`; in any order. */
export function readFlags(reader: LineReader): number {
	const expected = 'flags: some of F S R P . U E W, each once, or none';
	const word = reader.next(expected);
	if (word.text === 'none') return 0;
	let flags = 0;
	for (const letter of word.text) {
		const bit = bits.get(letter);
		if (bit === undefined || (flags & bit) !== 0) throw reader.error(word, expected);
		flags |= bit;
	}
	return flags;
}

/** Prints what {@link readFlags} reads. */
export function printFlags(flags: number): string {
	const set = letters.filter(([, bit]) => (flags & bit) !== 0);
	return set.length === 0 ? 'none' : set.map(([letter]) => letter).join('');
}
