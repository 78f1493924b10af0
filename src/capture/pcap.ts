import { CaptureError } from '../errors.js';
import { describeLinkType, isDecoded } from '../linkType.js';
import { type CaptureInterface, Packet } from '../packet.js';
import { Timestamp } from '../timestamp.js';
import type { BlockCursor } from './blockCursor.js';
import type { CaptureFormat } from './captureFormat.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** From a record to the end of the TCP header in it, mostly. */
const HEADERS_BYTES = 70;
/** What tcpdump and Wireshark take at the most; a longer record is a lie, and nothing of its size is allocated. */
const PACKET_BYTES_MAX = 256 * 1024;

/** Twice the largest that a kernel hands out (BIG TCP). A record that claims more is not believed about what was cut off. */
const WIRE_BYTES_MAX = 1024 * 1024;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;

/** Whether these are the first four bytes of a classic pcap file, read as a big-endian word. */
export function isPcapMagic(word: number): boolean {
	return [word, swap(word)].some(magic => magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS);
}

function swap(word: number): number {
	return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/**
 * Classic pcap (draft-ietf-opsawg-pcap): microseconds or nanoseconds, either byte order.
 */
export class PcapFormat implements CaptureFormat {
	private source: CaptureInterface | undefined = undefined;
	private littleEndian = false;
	private nanosecondsPerTick = 1000;
	private digits = 6;
	private count = 0;
	/** Nobody needs it; see {@link PcapFormat.reachFor}. */
	reached = 0;

	constructor(private readonly cursor: BlockCursor) {}

	next(): Packet | null {
		if (this.source === undefined && !this.readFileHeader()) return null;
		const { cursor } = this;
		if (!cursor.has(RECORD_HEADER_BYTES)) return null;
		const captured = this.word(8);
		if (captured > PACKET_BYTES_MAX) throw this.impossibleLength(captured);
		const whole = RECORD_HEADER_BYTES + captured;
		if (!cursor.has(whole)) return null;
		const packet = this.packet(captured);
		cursor.skip(whole);
		return packet;
	}

	private packet(captured: number): Packet {
		const { block, at } = this.cursor;
		const start = at + RECORD_HEADER_BYTES;
		const stated = this.word(12);
		// Some writers leave the original length 0; what is here was on the wire.
		const original = stated > WIRE_BYTES_MAX ? captured : Math.max(stated, captured);
		this.count++;
		this.reachFor(block, start + captured);
		return new Packet(block, start, start + captured, original, this.timestamp(), this.count, this.source as CaptureInterface);
	}

	/** Reads of the next record what will be read of it anyway: so it is on its way from memory while this packet is worked on. */
	private reachFor(block: Uint8Array, next: number): void {
		if (next + HEADERS_BYTES < block.length) this.reached = (block[next] as number) ^ (block[next + HEADERS_BYTES] as number);
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
		if (!cursor.has(FILE_HEADER_BYTES)) return false;
		const magic = this.word(0);
		this.littleEndian = magic !== MAGIC_MICROSECONDS && magic !== MAGIC_NANOSECONDS;
		if (this.word(0) === MAGIC_NANOSECONDS) {
			this.nanosecondsPerTick = 1;
			this.digits = 9;
		}
		// The upper bits say whether frames end with a check sequence; that lies behind the IP length anyway.
		const linkType = this.word(20) & 0xffff;
		if (!isDecoded(linkType)) {
			throw new CaptureError('unsupported-link', `link type ${describeLinkType(linkType)} is not decoded`, { offset: 20 });
		}
		this.source = { linkType, id: 0 };
		cursor.skip(FILE_HEADER_BYTES);
		return true;
	}

	/** The unsigned 32-bit word `offset` bytes after the cursor. */
	private word(offset: number): number {
		const { block, at } = this.cursor;
		const i = at + offset;
		const a = block[i] as number;
		const b = block[i + 1] as number;
		const c = block[i + 2] as number;
		const d = block[i + 3] as number;
		return (this.littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
	}

	private impossibleLength(captured: number): CaptureError {
		return new CaptureError(
			'malformed',
			`packet ${this.count + 1} claims ${captured} bytes, more than a packet can have (${PACKET_BYTES_MAX})`,
			{ offset: this.cursor.offset },
		);
	}
}
