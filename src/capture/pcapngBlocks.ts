import { CaptureError } from '../errors.js';
import type { BlockCursor } from './blockCursor.js';
import { halfAt, wordAt } from './words.js';

/** Types of blocks that are read; all others are skipped by their length. */
export const BlockType = {
	/** The same in either byte order. */
	sectionHeader: 0x0a0d0d0a,
	interfaceDescription: 1,
	/** Obsolete: what the enhanced packet block was before, with an interface id of 16 bits. */
	packet: 2,
	simplePacket: 3,
	enhancedPacket: 6,
} as const;

/** Type, length, and the length once more at the end. */
const BLOCK_BYTES_MIN = 12;
const TRAILER_BYTES = 4;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a;

/** Walks from block to block of a pcapng capture, whatever is in them. */
export class PcapngBlocks {
	/** That of the section. */
	littleEndian = false;
	/** Of the block that was begun. */
	type = 0;
	/** Bytes of it, from its type to its trailer. */
	length = 0;
	/** Bytes of a block that is being skipped. */
	private skipping = 0;
	private skipLength = 0;
	private skipOffset = 0;

	constructor(readonly cursor: BlockCursor) {}

	/** Reads type and length of the block at the cursor; false: not yet, more bytes are needed. */
	begin(): boolean {
		if (this.skipping > 0 && !this.skipOn()) return false;
		if (!this.cursor.has(BLOCK_BYTES_MIN)) return false;
		this.type = this.word(0);
		if (this.type === BlockType.sectionHeader) this.readByteOrder();
		this.length = this.word(4);
		if (this.length < BLOCK_BYTES_MIN || (this.length & 3) !== 0) {
			throw this.malformed(
				`a block of type ${this.type} claims ${this.length} bytes; that is less than ${BLOCK_BYTES_MIN}, or no multiple of 4`,
			);
		}
		return true;
	}

	/** Whether all of the block is here. Its length must have been found to be small enough. */
	isWhole(): boolean {
		if (!this.cursor.has(this.length)) return false;
		this.checkTrailer(this.word(this.length - TRAILER_BYTES), this.length, this.cursor.offset);
		return true;
	}

	/** Moves past the block, which must be whole. */
	pass(): void {
		this.cursor.skip(this.length);
	}

	/** Moves past the block as its bytes come: however long it is, nothing of it is kept. */
	leave(): void {
		this.skipping = this.length;
		this.skipLength = this.length;
		this.skipOffset = this.cursor.offset;
	}

	/** Offset of the block that began and is not whole yet; undefined if there is none. */
	unfinished(): number | undefined {
		if (this.skipping > 0) return this.skipOffset;
		return this.cursor.left > 0 ? this.cursor.offset : undefined;
	}

	/** The unsigned 32-bit word `offset` bytes after the beginning of the block. */
	word(offset: number): number {
		return wordAt(this.cursor.block, this.cursor.at + offset, this.littleEndian);
	}

	/** The unsigned 16-bit word there. */
	half(offset: number): number {
		return halfAt(this.cursor.block, this.cursor.at + offset, this.littleEndian);
	}

	/** The error of a block that says what cannot be. */
	malformed(why: string): CaptureError {
		return new CaptureError('malformed', why, { offset: this.cursor.offset });
	}

	private skipOn(): boolean {
		const { cursor } = this;
		while (this.skipping > TRAILER_BYTES) {
			const here = Math.min(this.skipping - TRAILER_BYTES, cursor.left);
			if (here === 0) return false;
			cursor.skip(here);
			this.skipping -= here;
		}
		if (!cursor.has(TRAILER_BYTES)) return false;
		this.checkTrailer(this.word(0), this.skipLength, this.skipOffset);
		cursor.skip(TRAILER_BYTES);
		this.skipping = 0;
		return true;
	}

	private readByteOrder(): void {
		this.littleEndian = false;
		const magic = this.word(8);
		if (magic === BYTE_ORDER_MAGIC) return;
		if (magic !== BYTE_ORDER_MAGIC_SWAPPED) {
			throw this.malformed(`a section begins with 0x${magic.toString(16).padStart(8, '0')} where the byte order is expected (0x1a2b3c4d)`);
		}
		this.littleEndian = true;
	}

	private checkTrailer(trailer: number, length: number, offset: number): void {
		if (trailer === length) return;
		throw new CaptureError('malformed', `a block claims ${length} bytes where it begins, and ${trailer} where it ends`, { offset });
	}
}
