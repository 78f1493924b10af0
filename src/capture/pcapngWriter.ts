import { CaptureError } from '../errors.js';
import type { CaptureInterface, Packet } from '../packet.js';
import type { Timestamp } from '../timestamp.js';
import { type CaptureWriter, type CaptureWriterOptions, snaplenOf, wireBytes } from './captureWriter.js';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const NANOSECONDS = 9;

const SECTION_HEADER_BYTES = 28;
/** Type and length before what is in a block, and the length behind it. */
const BLOCK_FRAME_BYTES = 12;
const PACKET_HEADER_BYTES = 28;
/** As 64 bits of nanoseconds go: to the year 2554. */
const SECONDS_MAX = 18_446_744_072;
/** What a hostile source of packets may make us remember. */
const INTERFACES_MAX = 65_536;
const NAME_CHARACTERS_MAX = 255;

/**
 * Writes pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, times in nanoseconds.
 *
 * Each interface is described before its first packet, with link type, name and snaplen, and numbered as it was met;
 * two that agree in link type, id and name are one. At most 65,536, names of at most 255 characters. A time before 1970,
 * or after the year 2554, is a {@link CaptureError} `unwritable`, and so is an interface too many.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const writer = pcapngWriter({ snaplen: 128 });
 * const pieces = [...frames.map(frame => writer.write(frame)), writer.end()]; // a file, piece by piece
 * ```
 */
export function pcapngWriter(options: CaptureWriterOptions = {}): CaptureWriter {
	return new PcapngWriter(snaplenOf('pcapngWriter', options));
}

class PcapngWriter implements CaptureWriter {
	private started = false;
	private readonly interfaces = new Map<string, number>();
	/** Of the packet before: mostly there is one interface alone. */
	private lastSource: CaptureInterface | undefined = undefined;
	private lastId = 0;

	constructor(private readonly snaplen: number) {}

	write(packet: Packet): Uint8Array {
		checkTime(packet);
		const before = [...this.opening(), ...this.introduce(packet.source)];
		const block = this.packetBlock(packet);
		return before.length === 0 ? block : joined([...before, block]);
	}

	end(): Uint8Array {
		return joined(this.opening());
	}

	private opening(): Uint8Array[] {
		if (this.started) return [];
		this.started = true;
		return [sectionHeader()];
	}

	/** Finds the number of an interface; a new one gives the block that describes it. */
	private introduce(source: CaptureInterface): Uint8Array[] {
		if (source === this.lastSource) return [];
		const key = `${source.linkType} ${source.id} ${source.name ?? ''}`;
		const known = this.interfaces.get(key);
		if (known === undefined && this.interfaces.size >= INTERFACES_MAX) {
			throw new CaptureError('unwritable', `there are more than ${INTERFACES_MAX} interfaces`);
		}
		this.lastSource = source;
		this.lastId = known ?? this.interfaces.size;
		if (known !== undefined) return [];
		this.interfaces.set(key, this.lastId);
		return [interfaceBlock(source, this.snaplen)];
	}

	private packetBlock(packet: Packet): Uint8Array {
		const kept = Math.min(packet.end - packet.start, this.snaplen);
		const [bytes, view] = emptyBlock(ENHANCED_PACKET, PACKET_HEADER_BYTES - 8 + padded(kept));
		const [high, low] = nanosecondsOf(packet.timestamp);
		view.setUint32(8, this.lastId, true);
		view.setUint32(12, high, true);
		view.setUint32(16, low, true);
		view.setUint32(20, kept, true);
		view.setUint32(24, wireBytes(packet), true);
		bytes.set(packet.block.subarray(packet.start, packet.start + kept), PACKET_HEADER_BYTES);
		return bytes;
	}
}

function checkTime({ number, timestamp }: Packet): void {
	if (timestamp.seconds >= 0 && timestamp.seconds <= SECONDS_MAX) return;
	throw new CaptureError('unwritable', `packet ${number} is of a time that pcapng cannot write: ${timestamp.seconds} s since 1970`);
}

function sectionHeader(): Uint8Array {
	const [bytes, view] = emptyBlock(SECTION_HEADER, SECTION_HEADER_BYTES - BLOCK_FRAME_BYTES);
	view.setUint32(8, BYTE_ORDER_MAGIC, true);
	view.setUint16(12, 1, true);
	// The length of the section is not known: -1.
	view.setUint32(16, 0xffff_ffff, true);
	view.setUint32(20, 0xffff_ffff, true);
	return bytes;
}

function interfaceBlock({ linkType, name = '' }: CaptureInterface, snaplen: number): Uint8Array {
	const text = new TextEncoder().encode(name.slice(0, NAME_CHARACTERS_MAX));
	const nameBytes = text.length === 0 ? 0 : 4 + padded(text.length);
	const [bytes, view] = emptyBlock(INTERFACE, 8 + nameBytes + 8 + 4);
	view.setUint16(8, linkType, true);
	view.setUint32(12, snaplen, true);
	if (nameBytes > 0) {
		view.setUint16(16, OPTION_NAME, true);
		view.setUint16(18, text.length, true);
		bytes.set(text, 20);
	}
	view.setUint16(16 + nameBytes, OPTION_RESOLUTION, true);
	view.setUint16(18 + nameBytes, 1, true);
	bytes[20 + nameBytes] = NANOSECONDS;
	return bytes;
}

/** A block with its frame, and room for that many bytes in it. */
function emptyBlock(type: number, room: number): [bytes: Uint8Array, view: DataView] {
	const bytes = new Uint8Array(BLOCK_FRAME_BYTES + room);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, type, true);
	view.setUint32(4, bytes.length, true);
	view.setUint32(bytes.length - 4, bytes.length, true);
	return [bytes, view];
}

const padded = (length: number): number => (length + 3) & ~3;

/** Nanoseconds since 1970 as two words of 32 bits; a product of seconds would not fit a double, so it is made in halves. */
function nanosecondsOf({ seconds, nanoseconds }: Timestamp): [high: number, low: number] {
	const upper = Math.floor(seconds / 65_536) * 1e9;
	const lower = (seconds % 65_536) * 1e9 + nanoseconds + (upper % 65_536) * 65_536;
	return [Math.floor(upper / 65_536) + Math.floor(lower / 2 ** 32), lower % 2 ** 32];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
