/** From a record to the end of the TCP header in it, mostly. */
const HEADERS_BYTES = 70;

/**
 * A place in a stream of blocks, where the next `n` bytes can be asked for in one piece.
 *
 * A block is never copied, except for the one record that lies across its end: that record gets a block of its own.
 * Blocks are handed out (packets point into them), so no block is ever written to again.
 */
export class BlockCursor {
	/** The block to read from. */
	block: Uint8Array = new Uint8Array(0);
	/** Where in it the next unread byte is. */
	at = 0;
	/** Bytes read in all: the offset in the capture of the next unread byte. */
	offset = 0;
	/** Nobody needs it; see {@link BlockCursor.reachFor}. */
	reached = 0;
	private end = 0;
	private following: Uint8Array | undefined = undefined;
	private followingAt = 0;

	/** Gives it the next block. The block before must have been read as far as it goes. */
	feed(block: Uint8Array): void {
		if (this.at === this.end) {
			this.block = block;
			this.at = 0;
			this.end = block.length;
		} else {
			this.following = block;
			this.followingAt = 0;
		}
	}

	/** Bytes that are left over: those of a record that is not whole yet. */
	get left(): number {
		return this.end - this.at;
	}

	/** The bytes that are left over; a view. */
	get rest(): Uint8Array {
		return this.block.subarray(this.at, this.end);
	}

	/** Whether the next `length` bytes are here, all in `block`, from `at` on. */
	has(length: number): boolean {
		if (length <= this.end - this.at) return true;
		if (this.following === undefined) return false;
		this.spill(length);
		return length <= this.end - this.at;
	}

	/** Moves past `length` bytes, which must be here. */
	skip(length: number): void {
		this.at += length;
		this.offset += length;
		if (this.at === this.end && this.following !== undefined) {
			this.block = this.following;
			this.at = this.followingAt;
			this.end = this.block.length;
			this.following = undefined;
		}
	}

	/** Reads of the next record what will be read of it anyway: so it is on its way from memory while this one is worked on. */
	reachFor(next: number): void {
		const { block } = this;
		if (next + HEADERS_BYTES < block.length) this.reached = (block[next] as number) ^ (block[next + HEADERS_BYTES] as number);
	}

	/** Joins what is left and what follows to a block for one record of `length` bytes. */
	private spill(length: number): void {
		const following = this.following as Uint8Array;
		const left = this.end - this.at;
		const taken = Math.min(length - left, following.length - this.followingAt);
		// A block that was handed in is full, so only one that was made here is ever written to.
		if (this.block.length - this.at < length) {
			const joined = new Uint8Array(length);
			joined.set(this.block.subarray(this.at, this.end));
			this.block = joined;
			this.at = 0;
			this.end = left;
		}
		this.block.set(following.subarray(this.followingAt, this.followingAt + taken), this.end);
		this.end += taken;
		this.followingAt += taken;
		if (this.followingAt === following.length) this.following = undefined;
	}
}
