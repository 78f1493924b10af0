const NONE = new Uint8Array(0);
/** A body of at most so many bytes gets its room at once. */
const ROOM_AT_ONCE_MAX = 16 * 1024;

/** The first bytes of a body, up to a limit, copied: a view would keep the whole block alive that was read. */
export class BodyBuffer {
	private bytes = NONE;
	length = 0;
	/** Bytes that were announced; 0 if nobody knows. */
	announced = 0;

	constructor(private readonly limit: number) {}

	/** Adds those bytes that stand there. */
	add(bytes: Uint8Array, from: number, to: number): void {
		const count = Math.min(to - from, this.limit - this.length);
		if (count <= 0) return;
		const added = bytes.subarray(from, from + count);
		if (count >= this.announced && this.length === 0) {
			this.bytes = new Uint8Array(added);
		} else {
			this.reserve(this.length + count);
			this.bytes.set(added, this.length);
		}
		this.length += count;
	}

	/** What was kept so far; what is added later does not change it. */
	toBytes(): Uint8Array {
		return this.bytes.length === this.length ? this.bytes : this.bytes.slice(0, this.length);
	}

	/** Grows with what came, not with what was announced, if that is much: a Content-Length alone must not cost anything. */
	private reserve(length: number): void {
		if (length <= this.bytes.length) return;
		const { announced } = this;
		const wanted = announced <= ROOM_AT_ONCE_MAX ? announced : Math.min(2 * this.bytes.length, announced);
		const grown = new Uint8Array(Math.min(Math.max(length, wanted || 2 * this.bytes.length), this.limit));
		grown.set(this.bytes.subarray(0, this.length));
		this.bytes = grown;
	}
}
