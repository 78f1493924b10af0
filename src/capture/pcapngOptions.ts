import type { PcapngBlocks } from './pcapngBlocks.js';

const OPTION_HEADER_BYTES = 4;
const END_OF_OPTIONS = 0;

/**
 * Walks through the options of a block, which must be whole, from `from` to `to` bytes after its beginning.
 *
 * @param take gets the code of each option, and where its value lies in the block of the cursor.
 * @throws CaptureError `malformed` for an option that is longer than its block.
 */
export function readOptions(
	blocks: PcapngBlocks,
	from: number,
	to: number,
	take: (code: number, start: number, length: number) => void,
): void {
	let at = from;
	while (at + OPTION_HEADER_BYTES <= to) {
		const code = blocks.half(at);
		const length = blocks.half(at + 2);
		if (code === END_OF_OPTIONS) return;
		at += OPTION_HEADER_BYTES;
		if (at + length > to) throw blocks.malformed(`option ${code} claims ${length} bytes, more than its block has`);
		take(code, blocks.cursor.at + at, length);
		at += (length + 3) & ~3;
	}
}
