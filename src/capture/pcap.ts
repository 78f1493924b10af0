import { CaptureError } from '../errors.js';
import { describeLinkType, isDecoded } from '../linkType.js';
import { type CaptureInterface, Packet } from '../packet.js';
import { Timestamp } from '../timestamp.js';
import type { BlockCursor } from './blockCursor.js';
import type { CaptureFormat } from './captureFormat.js';
import { originalLengthOf, PACKET_BYTES_MAX } from './packetLength.js';
import type { PcapLayout } from './pcapLayout.js';
import { halfAt, wordAt } from './words.js';

/** Where a record has the length that was captured, and the one on the wire. */
const CAPTURED = 8;
const ORIGINAL = 12;

/**
 * Classic pcap (draft-ietf-opsawg-pcap): microseconds or nanoseconds, either byte order; the modified pcap, and Ixia's.
 */
export class PcapFormat implements CaptureFormat {
	private readonly littleEndian: boolean;
	private readonly recordHeaderBytes: number;
	private readonly nanosecondsPerTick: number;
	private readonly digits: number;
	private source: CaptureInterface | undefined = undefined;
	/** Whether the two lengths may have changed places, as in files of before 1998. */
	private isOld = false;
	private count = 0;

	constructor(
		private readonly cursor: BlockCursor,
		private readonly layout: PcapLayout,
	) {
		this.littleEndian = layout.littleEndian;
		this.recordHeaderBytes = layout.recordHeaderBytes;
		this.nanosecondsPerTick = layout.nanosecondsPerTick;
		this.digits = layout.digits;
	}

	next(): Packet | null {
		if (this.source === undefined && !this.readFileHeader()) return null;
		const { cursor, recordHeaderBytes } = this;
		if (!cursor.has(recordHeaderBytes)) return null;
		const captured = this.isOld ? Math.min(this.word(CAPTURED), this.word(ORIGINAL)) : this.word(CAPTURED);
		if (captured > PACKET_BYTES_MAX) throw this.impossibleLength(captured);
		const whole = recordHeaderBytes + captured;
		if (!cursor.has(whole)) return null;
		const packet = this.packet(captured);
		cursor.skip(whole);
		return packet;
	}

	unfinished(): number | undefined {
		return this.cursor.left > 0 ? this.cursor.offset : undefined;
	}

	private packet(captured: number): Packet {
		const { cursor } = this;
		const start = cursor.at + this.recordHeaderBytes;
		const end = start + captured;
		const stated = this.isOld ? Math.max(this.word(CAPTURED), this.word(ORIGINAL)) : this.word(ORIGINAL);
		this.count++;
		cursor.reachFor(end);
		const original = originalLengthOf(stated, captured);
		return new Packet(cursor.block, start, end, original, this.timestamp(), this.count, this.source as CaptureInterface);
	}

	private timestamp(): Timestamp {
		// A fraction of more than a second is nonsense; what becomes of it is what Wireshark and gopacket make of it.
		const nanoseconds = Math.imul(this.word(4), this.nanosecondsPerTick) >>> 0;
		if (nanoseconds < 1e9) return new Timestamp(this.word(0), nanoseconds, this.digits);
		const carry = Math.floor(nanoseconds / 1e9);
		return new Timestamp(this.word(0) + carry, nanoseconds - carry * 1e9, this.digits);
	}

	private readFileHeader(): boolean {
		const { cursor } = this;
		const { fileHeaderBytes } = this.layout;
		if (!cursor.has(fileHeaderBytes)) return false;
		// The upper bits say whether frames end with a check sequence; that lies behind the IP length anyway.
		const linkType = this.word(20) & 0xffff;
		if (!isDecoded(linkType)) {
			throw new CaptureError('unsupported-link', `link type ${describeLinkType(linkType)} is not decoded`, { offset: 20 });
		}
		const [major, minor] = [this.half(4), this.half(6)];
		// Of version 2.3 both orders are around; libpcap also knows the 543.0 that a DG/UX wrote.
		this.isOld = (major === 2 && minor <= 3) || (major === 543 && minor === 0);
		this.source = { linkType, id: 0, name: undefined, description: undefined, snapLength: this.word(16) || undefined };
		cursor.skip(fileHeaderBytes);
		return true;
	}

	/** The unsigned 32-bit word `offset` bytes after the cursor. */
	private word(offset: number): number {
		return wordAt(this.cursor.block, this.cursor.at + offset, this.littleEndian);
	}

	private half(offset: number): number {
		return halfAt(this.cursor.block, this.cursor.at + offset, this.littleEndian);
	}

	private impossibleLength(captured: number): CaptureError {
		return new CaptureError(
			'malformed',
			`packet ${this.count + 1} claims ${captured} bytes, more than a packet can have (${PACKET_BYTES_MAX})`,
			{ offset: this.cursor.offset },
		);
	}
}
