import { CaptureError } from '../errors.js';
import type { Packet } from '../packet.js';
import { BlockCursor } from './blockCursor.js';
import type { CaptureFormat } from './captureFormat.js';
import { PcapFormat } from './pcap.js';
import { pcapLayoutOf } from './pcapLayout.js';
import { PcapngFormat } from './pcapng.js';
import { BlockType } from './pcapngBlocks.js';
import { mayBeUnread, SNIFFED_BYTES_MAX, unreadFormatOf } from './unreadFormats.js';
import { wordAt } from './words.js';

const MAGIC_BYTES = 4;

/**
 * Reads a capture that comes in blocks, cut anywhere: feed a block, take packets until there is none, feed the next.
 *
 * The format, pcap or pcapng, is told by the first bytes; nothing is unpacked. Packets point into the blocks, so a block must not be written to again.
 *
 * @example
 * ```ts
 * const reader = new CaptureReader();
 * reader.feed(bytes);
 * for (let packet = reader.next(); packet !== null; packet = reader.next()) console.log(packet.number);
 * reader.end(); // throws if the capture was cut off
 * ```
 */
export class CaptureReader {
	private readonly cursor = new BlockCursor();
	private format: CaptureFormat | undefined = undefined;

	/** Gives it the next block; take all packets of the block before first. */
	feed(block: Uint8Array): void {
		this.cursor.feed(block);
	}

	/**
	 * The next whole packet, or null if more bytes are needed.
	 *
	 * @throws CaptureError `not-a-capture`, `unsupported-format`, `unsupported-link` or `malformed`.
	 */
	next(): Packet | null {
		if (this.format === undefined) {
			if (!this.cursor.has(MAGIC_BYTES)) return null;
			this.format = this.sniff();
			if (this.format === undefined) return null;
		}
		return this.format.next();
	}

	/**
	 * Says that no more blocks come.
	 *
	 * @throws CaptureError `empty`, `not-a-capture`, `unsupported-format`, or `truncated` with the offset of the record that is cut.
	 */
	end(): void {
		const { offset, left, rest } = this.cursor;
		if (offset === 0 && left === 0) throw new CaptureError('empty', 'the capture is empty', { offset: 0 });
		if (this.format === undefined) throw notRead(rest);
		const begun = this.format.unfinished();
		if (begun === undefined) return;
		const has = offset + left - begun;
		throw new CaptureError('truncated', `the capture is cut off: a record at byte ${begun} has only ${has} bytes`, { offset: begun });
	}

	private sniff(): CaptureFormat | undefined {
		const { cursor } = this;
		const magic = wordAt(cursor.block, cursor.at, false);
		if (magic === BlockType.sectionHeader) return new PcapngFormat(cursor);
		const layout = pcapLayoutOf(magic);
		if (layout !== undefined) return new PcapFormat(cursor, layout);
		if (cursor.has(SNIFFED_BYTES_MAX) || !mayBeUnread(cursor.rest)) throw notRead(cursor.rest);
		return undefined;
	}
}

function notRead(first: Uint8Array): CaptureError {
	const known = unreadFormatOf(first);
	if (known !== undefined) return new CaptureError('unsupported-format', `${known.name} is not read here; ${known.mend}`, { offset: 0 });
	const found = Array.from(first.subarray(0, MAGIC_BYTES), byte => byte.toString(16).padStart(2, '0')).join(' ');
	const expected = 'the magic number of pcap or pcapng';
	return new CaptureError('not-a-capture', `not a capture file: it begins with ${found}, expected ${expected}`, { offset: 0 });
}
