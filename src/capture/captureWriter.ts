import { checkOptions, wholeNumberTo } from '../codec.js';
import type { Packet } from '../packet.js';

/**
 * Turns packets into the bytes of a capture file. What it returns, one behind the other, is the file.
 *
 * {@link pcapWriter} and {@link pcapngWriter} make one.
 */
export interface CaptureWriter {
	/**
	 * The bytes that the file goes on with: those of the packet, and before them what must come first.
	 *
	 * @throws CaptureError `unwritable` or `mixed-links`; nothing of the packet is written then, and others may follow.
	 */
	write(packet: Packet): Uint8Array;
	/** The bytes that the file ends with: none, but the header if there was no packet. */
	end(): Uint8Array;
}

/** What every writer may be told. */
export interface CaptureWriterOptions {
	/** Bytes of each packet to keep, 1 to 262,144 (the default). What is beyond is cut off; the original length stays. */
	readonly snaplen?: number | undefined;
}

/** What tcpdump, Wireshark and our own reader take at the most. */
export const SNAPLEN_MAX = 256 * 1024;

export const writerChecks = { snaplen: wholeNumberTo(SNAPLEN_MAX) };

/** Checks the options of {@link CaptureWriterOptions}, and says what is to be kept of a packet. */
export function snaplenOf(call: string, options: CaptureWriterOptions): number {
	return checkOptions<CaptureWriterOptions>(call, writerChecks, options).snaplen ?? SNAPLEN_MAX;
}

/** Bytes that a packet had on the wire, as a file can say it: no fewer than are there, and 32 bits. */
export function wireBytes({ start, end, originalLength }: Packet): number {
	return Math.min(Math.max(originalLength, end - start), 0xffff_ffff);
}
