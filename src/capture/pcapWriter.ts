import { boolean, checkOptions, wholeNumber } from '../codec.js';
import { CaptureError } from '../errors.js';
import { describeLinkType, LinkType } from '../linkType.js';
import type { Packet } from '../packet.js';
import { type CaptureWriter, type CaptureWriterOptions, SNAPLEN_MAX, wireBytes, writerChecks } from './captureWriter.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const SECONDS_MAX = 0xffff_ffff;

/** What {@link pcapWriter} may be told. */
export interface PcapWriterOptions extends CaptureWriterOptions {
	/** The link type of the file. Default: that of the first packet; Ethernet if there is none. */
	readonly linkType?: number | undefined;
	/** Whether times are written in nanoseconds; else in microseconds, the rest cut off. Default true. */
	readonly nanoseconds?: boolean | undefined;
}

/**
 * Writes classic pcap (draft-ietf-opsawg-pcap), little-endian, with nanoseconds.
 *
 * The file has one link type: a packet of another is a {@link CaptureError} `mixed-links`. A time before 1970, or after
 * 2106-02-07T06:28:15Z, is `unwritable`. Names of interfaces are not written: {@link pcapngWriter} does all that.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const writer = pcapWriter();
 * const pieces = [...frames.map(frame => writer.write(frame)), writer.end()]; // a file, piece by piece
 * ```
 */
export function pcapWriter(options: PcapWriterOptions = {}): CaptureWriter {
	const checked = checkOptions<PcapWriterOptions>('pcapWriter', { ...writerChecks, linkType: wholeNumber, nanoseconds: boolean }, options);
	return new PcapWriter(checked.linkType, checked.nanoseconds ?? true, checked.snaplen ?? SNAPLEN_MAX);
}

class PcapWriter implements CaptureWriter {
	private started = false;

	constructor(
		private linkType: number | undefined,
		private readonly nanoseconds: boolean,
		private readonly snaplen: number,
	) {}

	write(packet: Packet): Uint8Array {
		this.check(packet);
		const headerBytes = this.started ? 0 : FILE_HEADER_BYTES;
		const kept = Math.min(packet.end - packet.start, this.snaplen);
		const bytes = new Uint8Array(headerBytes + RECORD_HEADER_BYTES + kept);
		const view = new DataView(bytes.buffer);
		if (!this.started) this.start(view, packet.linkType);
		const { seconds, nanoseconds } = packet.timestamp;
		view.setUint32(headerBytes, seconds, true);
		view.setUint32(headerBytes + 4, this.nanoseconds ? nanoseconds : Math.floor(nanoseconds / 1000), true);
		view.setUint32(headerBytes + 8, kept, true);
		view.setUint32(headerBytes + 12, wireBytes(packet), true);
		bytes.set(packet.block.subarray(packet.start, packet.start + kept), headerBytes + RECORD_HEADER_BYTES);
		return bytes;
	}

	end(): Uint8Array {
		if (this.started) return new Uint8Array(0);
		const bytes = new Uint8Array(FILE_HEADER_BYTES);
		this.start(new DataView(bytes.buffer), LinkType.ethernet);
		return bytes;
	}

	private check({ linkType, number, timestamp }: Packet): void {
		if (linkType !== (this.linkType ?? linkType)) {
			const [first, other] = [this.linkType as number, linkType].map(describeLinkType);
			const why = `packet ${number} has link type ${other}, but the file has ${first}, and classic pcap has one alone`;
			throw new CaptureError('mixed-links', `${why}: write pcapng`);
		}
		if (timestamp.seconds < 0 || timestamp.seconds > SECONDS_MAX) {
			throw new CaptureError('unwritable', `packet ${number} is of a time that pcap cannot write: ${timestamp.seconds} s since 1970`);
		}
	}

	private start(view: DataView, linkType: number): void {
		this.started = true;
		this.linkType ??= linkType;
		view.setUint32(0, this.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, true);
		view.setUint16(4, 2, true);
		view.setUint16(6, 4, true);
		view.setUint32(16, this.snaplen, true);
		view.setUint32(20, this.linkType, true);
	}
}
