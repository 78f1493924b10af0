import type { ByteStream } from './byteStream.js';

/** What comes of one look at a valve; the blocks of a file are no larger. */
const PIECE_BYTES = 256 * 1024;

/** Hands on the blocks of a stream, larger ones in pieces: a whole download in one block could not be paused otherwise. */
export class BlockPieces implements ByteStream {
	private block: Uint8Array = new Uint8Array(0);
	private at = 0;

	constructor(private readonly blocks: ByteStream) {}

	next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
		if (this.at < this.block.length) return this.piece();
		const given = this.blocks.next();
		return given instanceof Promise ? given.then(block => this.cut(block)) : this.cut(given);
	}

	stop(): void {
		this.at = this.block.length;
		this.blocks.stop();
	}

	private cut(block: Uint8Array | undefined): Uint8Array | undefined {
		// What is no block goes on as it is: whoever reads it says so.
		if (!ArrayBuffer.isView(block) || block.length <= PIECE_BYTES) return block;
		this.block = block;
		this.at = 0;
		return this.piece();
	}

	private piece(): Uint8Array {
		const piece = this.block.subarray(this.at, this.at + PIECE_BYTES);
		this.at += PIECE_BYTES;
		return piece;
	}
}
