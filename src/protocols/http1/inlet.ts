import type { Timestamp } from '../../timestamp.js';
import { Block } from './block.js';
import { CaptureTimes } from './captureTimes.js';

/** Where the bytes of a direction are interrupted: by a gap of so many bytes (-1: nobody knows), or by their end. */
export type Stop = number | 'end';

/** What a time or a stop costs to keep, about, so that a limit on waiting bytes holds for tiny pieces too. */
const MARK_BYTES = 64;
const SLACK_BYTES = 1024;

/**
 * What came of one direction and was not taken yet: bytes, when each was captured, and where they are interrupted.
 *
 * While it is empty, bytes pass through without a copy. What is left when a turn is over is copied by `settle`, since a view
 * would keep the whole block alive that was read. Positions count from the start of the stream.
 */
export class Inlet {
	/** What is left is its bytes from `from` to `to`. */
	readonly block = new Block();
	from = 0;
	/** What can be read now ends here: at the next stop, or with the last byte. */
	visibleTo = 0;
	private to = 0;
	private owned = false;
	/** Position of the byte at `from`. */
	private position = 0;
	private readonly times = new CaptureTimes();
	private readonly stops: { readonly at: number; readonly stop: Stop }[] = [];

	push(bytes: Uint8Array, seen: Timestamp): void {
		if (bytes.length === 0) return;
		this.times.add(this.end, seen);
		if (this.from === this.to) this.borrow(bytes);
		else this.append(bytes);
	}

	interrupt(stop: Stop): void {
		this.stops.push({ at: this.end, stop });
		this.see();
	}

	/** Whether what is left lies in memory of its own, which will be written to again. */
	get isOwned(): boolean {
		return this.owned;
	}

	/** Whether nothing is left, not even a stop. */
	get isEmpty(): boolean {
		return this.from === this.to && this.stops.length === 0;
	}

	/** How many bytes can be read now. */
	get visibleLength(): number {
		return this.visibleTo - this.from;
	}

	/** What can be read now, as a view: the bytes up to the next stop. */
	get visible(): Uint8Array {
		return this.block.bytes.subarray(this.from, this.visibleTo);
	}

	/** What the direction began with, up to the first stop that is not before it, as long as nothing was taken. */
	get beginning(): Uint8Array {
		const stop = this.stops.find(({ at }) => at > this.position);
		return this.block.bytes.subarray(this.from, stop === undefined ? this.to : this.from + stop.at - this.position);
	}

	/** What comes after the visible bytes, if that is no byte. */
	get stop(): Stop | undefined {
		return this.stops.length > 0 ? this.stops[0]?.stop : undefined;
	}

	/** What is kept, in bytes, with what it costs to know when they came. */
	get heldBytes(): number {
		return this.to - this.from + MARK_BYTES * (this.times.count + this.stops.length);
	}

	/** When the first visible byte was captured. There must be one. */
	get seen(): Timestamp {
		return this.times.at(this.position);
	}

	/** When the last byte was captured that was taken. There must be one. */
	get takenSeen(): Timestamp {
		return this.times.lastTaken;
	}

	/** Takes that many of the visible bytes. */
	take(count: number): void {
		if (count === 0) return;
		this.from += count;
		this.position += count;
		this.times.take(this.position);
	}

	/** Takes the stop, and what is visible before it. */
	passStop(): void {
		const stop = this.stops.shift();
		if (stop !== undefined) this.take(stop.at - this.position);
		this.see();
	}

	/** The turn is over: keeps what is left, in not much more room than that needs, and lets go of what was lent. */
	settle(): void {
		const length = this.to - this.from;
		if (length > 0) this.keep(length);
		else if (this.to > 0) this.borrow(undefined);
	}

	private keep(length: number): void {
		if (!this.owned || this.block.bytes.length > 4 * length + SLACK_BYTES) this.move(length);
	}

	private get end(): number {
		return this.position + this.to - this.from;
	}

	private see(): void {
		const stop = this.stops.length > 0 ? this.stops[0] : undefined;
		this.visibleTo = stop === undefined ? this.to : this.from + stop.at - this.position;
	}

	private borrow(bytes: Uint8Array | undefined): void {
		this.block.reset(bytes);
		this.from = 0;
		this.to = bytes === undefined ? 0 : bytes.length;
		this.owned = false;
		this.see();
	}

	private append(bytes: Uint8Array): void {
		const length = this.to - this.from + bytes.length;
		if (!this.owned || length > this.block.bytes.length) this.move(2 * length);
		else if (this.to + bytes.length > this.block.bytes.length) this.compact();
		this.block.bytes.set(bytes, this.to);
		this.to += bytes.length;
		this.see();
	}

	private move(capacity: number): void {
		const store = new Uint8Array(capacity);
		store.set(this.block.bytes.subarray(this.from, this.to));
		this.place(store);
		this.owned = true;
	}

	private compact(): void {
		const { bytes } = this.block;
		bytes.copyWithin(0, this.from, this.to);
		this.place(bytes);
	}

	/** What is left stands at the start of these bytes now. */
	private place(bytes: Uint8Array): void {
		this.block.reset(bytes);
		this.to -= this.from;
		this.from = 0;
		this.see();
	}
}
