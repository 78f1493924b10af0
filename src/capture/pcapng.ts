import { CaptureError } from '../errors.js';
import { Packet } from '../packet.js';
import { Timestamp } from '../timestamp.js';
import type { BlockCursor } from './blockCursor.js';
import type { CaptureFormat } from './captureFormat.js';
import { originalLengthOf, PACKET_BYTES_MAX } from './packetLength.js';
import { BlockType, PcapngBlocks } from './pcapngBlocks.js';
import { type PcapngInterface, readInterface } from './pcapngInterface.js';

/** Interfaces of one section; Wireshark knows no limit, but who means well has a few. */
const INTERFACES_MAX = 65_536;
/** A block that is needed whole: a packet with as much besides, or the options of an interface. */
const WHOLE_BLOCK_BYTES_MAX = 2 * PACKET_BYTES_MAX;

const SECTION_BYTES_MIN = 28;
/** From the beginning of a block to its packet. */
const PACKET_DATA = 28;
const SIMPLE_PACKET_DATA = 12;
const TRAILER_BYTES = 4;

/** The only version that there is; minor ones must be readable by all. */
const MAJOR_VERSION = 1;

/** Blocks that are no packets, but that Wireshark counts as frames: journal entries, custom blocks, events of Sysdig. */
const framesOfOthers: ReadonlySet<number> = new Set([9, 0xbad, 0x4000_0bad, 0x204, 0x216, 0x221]);

/**
 * pcapng (draft-ietf-opsawg-pcapng), either byte order, several sections.
 *
 * Interfaces are numbered anew in each section, as Wireshark does. The section length is only a hint, and not looked at.
 */
export class PcapngFormat implements CaptureFormat {
	private readonly blocks: PcapngBlocks;
	private interfaces: PcapngInterface[] = [];
	private count = 0;
	/** Of the packet before: simple packets have none of their own. */
	private timestamp = new Timestamp(0, 0, 0);

	constructor(private readonly cursor: BlockCursor) {
		this.blocks = new PcapngBlocks(cursor);
	}

	next(): Packet | null {
		const { blocks } = this;
		while (blocks.begin()) {
			switch (blocks.type) {
				case BlockType.enhancedPacket:
					return this.packet(blocks.word(8));
				case BlockType.packet:
					return this.packet(blocks.half(8));
				case BlockType.simplePacket:
					return this.simplePacket();
				case BlockType.interfaceDescription:
					if (!this.addInterface()) return null;
					break;
				case BlockType.sectionHeader:
					if (!this.beginSection()) return null;
					break;
				default:
					if (framesOfOthers.has(blocks.type)) this.count++;
					blocks.leave();
			}
		}
		return null;
	}

	unfinished(): number | undefined {
		return this.blocks.unfinished();
	}

	private packet(id: number): Packet | null {
		const { blocks, cursor } = this;
		if (!cursor.has(PACKET_DATA)) return null;
		const captured = blocks.word(20);
		this.checkLength(captured, PACKET_DATA);
		if (!blocks.isWhole()) return null;
		const from = this.interfaceOf(id);
		this.timestamp = from.time.at(blocks.word(12), blocks.word(16));
		return this.emit(captured, blocks.word(24), PACKET_DATA, from);
	}

	private simplePacket(): Packet | null {
		const { blocks } = this;
		const stated = blocks.word(8);
		const from = this.interfaceOf(0);
		const captured = Math.min(stated, from.source.snapLength ?? stated);
		this.checkLength(captured, SIMPLE_PACKET_DATA);
		return blocks.isWhole() ? this.emit(captured, stated, SIMPLE_PACKET_DATA, from) : null;
	}

	private emit(captured: number, stated: number, data: number, { source }: PcapngInterface): Packet {
		const { blocks, cursor } = this;
		const { block, at } = cursor;
		const start = at + data;
		this.count++;
		cursor.reachFor(at + blocks.length);
		blocks.pass();
		return new Packet(block, start, start + captured, originalLengthOf(stated, captured), this.timestamp, this.count, source);
	}

	/** Before anything of that length is waited for. */
	private checkLength(captured: number, data: number): void {
		const { length } = this.blocks;
		if (captured > PACKET_BYTES_MAX) {
			throw this.blocks.malformed(`packet ${this.count + 1} claims ${captured} bytes, more than a packet can have (${PACKET_BYTES_MAX})`);
		}
		if (data + captured + TRAILER_BYTES > length) {
			throw this.blocks.malformed(`packet ${this.count + 1} claims ${captured} bytes, more than its block of ${length} has`);
		}
		this.checkBlockLength();
	}

	private checkBlockLength(): void {
		const { length, type } = this.blocks;
		if (length <= WHOLE_BLOCK_BYTES_MAX) return;
		throw this.blocks.malformed(`a block of type ${type} claims ${length} bytes, more than it can have (${WHOLE_BLOCK_BYTES_MAX})`);
	}

	private interfaceOf(id: number): PcapngInterface {
		const { [id]: found, length } = this.interfaces;
		if (found !== undefined) return found;
		throw this.blocks.malformed(`packet ${this.count + 1} is of interface ${id}, but its section has only ${length}`);
	}

	private addInterface(): boolean {
		const { blocks, interfaces } = this;
		this.checkBlockLength();
		if (!blocks.isWhole()) return false;
		if (interfaces.length === INTERFACES_MAX) throw blocks.malformed(`a section has more than ${INTERFACES_MAX} interfaces`);
		interfaces.push(readInterface(blocks, interfaces.length));
		blocks.pass();
		return true;
	}

	private beginSection(): boolean {
		const { blocks, cursor } = this;
		if (blocks.length < SECTION_BYTES_MIN) {
			throw blocks.malformed(`the header of a section has only ${blocks.length} bytes, less than ${SECTION_BYTES_MIN}`);
		}
		if (!cursor.has(SECTION_BYTES_MIN)) return false;
		const [major, minor] = [blocks.half(12), blocks.half(14)];
		if (major !== MAJOR_VERSION) {
			throw new CaptureError('unsupported-format', `pcapng of version ${major}.${minor} is not read, only ${MAJOR_VERSION}.x`, {
				offset: cursor.offset,
			});
		}
		this.interfaces = [];
		blocks.leave();
		return true;
	}
}
