/** Rooms grow with what a flow holds, up to this. */
const ROOM_BYTES_MAX = 16 * 1024;

const noRoom = new Uint8Array(0);

/**
 * Memory for the bytes that one flow holds. Many pieces share a room, since a piece of memory for each costs more than to
 * copy its bytes. A room is never written to twice: chunks point into it for as long as somebody keeps them.
 *
 * At most, a room is twice as large as all that the flow holds: so what is held says how much memory that takes.
 */
export class HeldBytes {
	/** Where the last bytes were put. */
	room = noRoom;
	/** Bytes of all rooms since they were last given up. */
	total = 0;
	private used = 0;

	/**
	 * Copies bytes to {@link HeldBytes.room}.
	 *
	 * @param held how many bytes the flow holds besides.
	 * @returns where in the room they are.
	 */
	put(block: Uint8Array, from: number, to: number, held: number): number {
		const length = to - from;
		if (this.used + length > this.room.length) this.open(Math.max(length, Math.min(2 * held, ROOM_BYTES_MAX)));
		const at = this.used;
		this.used += length;
		copyBytes(block, from, to, this.room, at);
		return at;
	}

	/** Gives up all rooms: nothing is held in them any more. */
	clear(): void {
		this.room = noRoom;
		this.total = 0;
		this.used = 0;
	}

	private open(length: number): void {
		this.room = new Uint8Array(length);
		this.total += length;
		this.used = 0;
	}
}

/** Few bytes are copied sooner than the view is made that `set` asks for. */
const FEW_BYTES = 64;

function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
	if (to - from > FEW_BYTES) target.set(source.subarray(from, to), at);
	else for (let i = from; i < to; i++) target[at + i - from] = source[i] as number;
}
