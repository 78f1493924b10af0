const CAPACITY_MIN = 64;

/**
 * The beginning of a frame, until the rest comes. It is copied out of its chunk, so that few bytes keep no block alive.
 *
 * It grows by doubling, so that many tiny chunks cost no more than a few large ones, and only with bytes that are there:
 * what a frame says of its length allocates nothing.
 */
export class FrameBuffer {
	length = 0;
	private bytes = none;

	/** Adds `bytes`; at most `atMost` bytes will ever be in it, as far as anyone says. */
	append(bytes: Uint8Array, atMost: number): void {
		const length = this.length + bytes.length;
		if (length > this.bytes.length) this.grow(length, atMost);
		this.bytes.set(bytes, this.length);
		this.length = length;
	}

	/** What is in it, a view that only holds until it changes. */
	view(from: number, to: number): Uint8Array {
		return this.bytes.subarray(from, to);
	}

	/** What is in it, to keep: whoever gets it has it for himself, and it is empty from now on. */
	take(from: number, to: number): Uint8Array {
		const { bytes } = this;
		this.clear();
		// A frame that takes little of it would keep it all.
		return (to - from) * 2 < bytes.length ? bytes.slice(from, to) : bytes.subarray(from, to);
	}

	clear(): void {
		this.bytes = none;
		this.length = 0;
	}

	private grow(needed: number, atMost: number): void {
		const capacity = Math.max(needed, Math.min(Math.max(2 * needed, CAPACITY_MIN), atMost));
		const bytes = new Uint8Array(capacity);
		bytes.set(this.bytes.subarray(0, this.length));
		this.bytes = bytes;
	}
}

const none = new Uint8Array(0);
