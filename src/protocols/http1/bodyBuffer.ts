const NONE = new Uint8Array(0);
/** A body of at most so many bytes gets its room at once. */
const ROOM_AT_ONCE_MAX = 16 * 1024;

/** Where the body grows whose length nobody knows, until that is known: to make room takes longer than to copy what is in it. */
const lobby = new Uint8Array(ROOM_AT_ONCE_MAX);
/** Whose bytes are in the lobby. Whoever comes next sends it away. */
let guest: BodyBuffer | undefined;

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
		const { length } = this;
		if (length === 0 && this.announced > 0 && count >= this.announced) this.bytes = new Uint8Array(added);
		else this.roomFor(length + count).set(added, length);
		this.length += count;
	}

	/** Nothing more will be added. */
	end(): void {
		if (guest === this) this.leave();
	}

	/** What was kept so far; what is added later does not change it. */
	toBytes(): Uint8Array {
		if (guest === this) return lobby.slice(0, this.length);
		return this.bytes.length === this.length ? this.bytes : this.bytes.slice(0, this.length);
	}

	private roomFor(length: number): Uint8Array {
		if (this.announced === 0 && this.length === 0 && length <= lobby.length) this.enter();
		if (guest === this && length <= lobby.length) return lobby;
		this.end();
		this.reserve(length);
		return this.bytes;
	}

	private enter(): void {
		guest?.end();
		guest = this;
	}

	private leave(): void {
		guest = undefined;
		this.bytes = lobby.slice(0, this.length);
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
