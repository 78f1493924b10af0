import type { CaptureInterface } from '../packet.js';
import type { PcapngBlocks } from './pcapngBlocks.js';
import { readOptions } from './pcapngOptions.js';
import { TimeScale } from './timeScale.js';

/** What the blocks of packets refer to. */
export interface PcapngInterface {
	/** What all of its packets share. */
	readonly source: CaptureInterface;
	readonly time: TimeScale;
}

const LINK_TYPE = 8;
const SNAP_LENGTH = 12;
const OPTIONS = 16;
const TRAILER_BYTES = 4;
/** Bytes of a name or description that are kept: so many interfaces cannot cost much. */
const TEXT_BYTES_MAX = 256;

const Option = { name: 2, description: 3, timestampResolution: 9, timestampOffset: 14 } as const;

/**
 * Reads an interface description block, which must be whole.
 *
 * An option that comes a second time, or with a length that it cannot have, does not count; as in Wireshark.
 */
export function readInterface(blocks: PcapngBlocks, id: number): PcapngInterface {
	if (blocks.length < OPTIONS + TRAILER_BYTES) {
		throw blocks.malformed(`the description of interface ${id} has only ${blocks.length} bytes, less than ${OPTIONS + TRAILER_BYTES}`);
	}
	const texts = new Map<number, string>();
	let resolution: number | undefined;
	let offset: bigint | undefined;
	readOptions(blocks, OPTIONS, blocks.length - TRAILER_BYTES, (code, start, length) => {
		const value = blocks.cursor.block.subarray(start, start + length);
		if ((code === Option.name || code === Option.description) && !texts.has(code)) texts.set(code, textOf(value));
		if (code === Option.timestampResolution && length === 1) resolution ??= value[0];
		if (code === Option.timestampOffset && length === 8) offset ??= signed(value, blocks.littleEndian);
	});
	const source = {
		linkType: blocks.half(LINK_TYPE),
		id,
		name: texts.get(Option.name),
		description: texts.get(Option.description),
		snapLength: blocks.word(SNAP_LENGTH) || undefined,
	};
	return { source, time: new TimeScale(resolution, offset) };
}

/** UTF-8, up to a zero if there is one. */
function textOf(value: Uint8Array): string {
	const [text = ''] = new TextDecoder().decode(value.subarray(0, TEXT_BYTES_MAX)).split('\0');
	return text;
}

function signed(value: Uint8Array, littleEndian: boolean): bigint {
	return new DataView(value.buffer, value.byteOffset, value.length).getBigInt64(0, littleEndian);
}
