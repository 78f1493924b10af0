import { CaptureError } from '../errors.js';
import type { Packet } from '../packet.js';
import { BlockCursor } from './blockCursor.js';
import type { CaptureFormat } from './captureFormat.js';
import { isPcapMagic, PcapFormat } from './pcap.js';

/**
 * Reads a capture that comes in blocks, cut anywhere: feed a block, take packets until there is none, feed the next.
 *
 * The format is told by the first bytes. Packets point into the blocks, so a block must not be written to again.
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
			if (!this.cursor.has(4)) return null;
			this.format = this.sniff();
		}
		return this.format.next();
	}

	/**
	 * Says that no more blocks come.
	 *
	 * @throws CaptureError `empty`, `not-a-capture` or `truncated`, with the offset of the record that is cut.
	 */
	end(): void {
		const { offset, left } = this.cursor;
		if (offset === 0 && left === 0) throw new CaptureError('empty', 'the capture is empty', { offset: 0 });
		if (this.format === undefined) throw notACapture(this.cursor.rest);
		if (left > 0) {
			throw new CaptureError('truncated', `the capture is cut off: a record at byte ${offset} has only ${left} bytes`, { offset });
		}
	}

	private sniff(): CaptureFormat {
		const { block, at } = this.cursor;
		const magic = new DataView(block.buffer, block.byteOffset + at, 4).getUint32(0);
		if (isPcapMagic(magic)) return new PcapFormat(this.cursor);
		const known = unreadFormats.find(format => (magic & format.mask) >>> 0 === format.magic);
		if (known !== undefined) {
			throw new CaptureError('unsupported-format', `${known.name} is not read yet; ${known.mend}`, { offset: 0 });
		}
		throw notACapture(this.cursor.rest);
	}
}

const unreadFormats = [
	{ name: 'pcapng', magic: 0x0a0d0d0a, mask: 0xffffffff, mend: 'convert it with: editcap -F pcap IN OUT' },
	{ name: 'gzip', magic: 0x1f8b0000, mask: 0xffff0000, mend: 'unpack it with: gunzip -c IN > OUT' },
	{ name: 'zstd', magic: 0x28b52ffd, mask: 0xffffffff, mend: 'unpack it with: zstd -dc IN > OUT' },
	{ name: 'the modified pcap', magic: 0xa1b2cd34, mask: 0xffffffff, mend: 'convert it with: editcap -F pcap IN OUT' },
	{ name: 'the modified pcap', magic: 0x34cdb2a1, mask: 0xffffffff, mend: 'convert it with: editcap -F pcap IN OUT' },
];

function notACapture(first: Uint8Array): CaptureError {
	const found = Array.from(first.subarray(0, 4), byte => byte.toString(16).padStart(2, '0')).join(' ');
	return new CaptureError('not-a-capture', `not a capture file: it begins with ${found}, expected the magic number of pcap`, { offset: 0 });
}
