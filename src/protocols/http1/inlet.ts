import { Timestamp } from '../../timestamp.js';
import { asBuffer } from './nodeBuffer.js';

/** Where the bytes of a direction are interrupted: by a gap of so many bytes (-1: nobody knows), or by their end. */
export type Stop = number | 'end';

const NONE = new Uint8Array(0);
/** What a time or a stop costs to keep, about, so that a limit on waiting bytes holds for tiny pieces too. */
const MARK_BYTES = 64;
const SLACK_BYTES = 1024;
/** Beyond so many times, bytes count as captured with those before them. */
const TIMES_MAX = 1024;

/**
 * What came of one direction and was not taken yet: bytes, when each was captured, and where they are interrupted.
 *
 * While it is empty, bytes pass through without a copy. What is left when a turn is over is copied by `settle`, since a view
 * would keep the whole block alive that was read. Positions count from the start of the stream.
 */
export class Inlet {
	private store: Uint8Array = NONE;
	/** What is left is `store` from `from` to `to`. */
	private from = 0;
	private to = 0;
	private owned = false;
	/** Position of the byte at `from`. */
	private position = 0;
	/** From which position on bytes were captured when; the first one covers the last byte that was taken. */
	private readonly times: { readonly at: number; readonly seen: Timestamp }[] = [];
	private readonly stops: { readonly at: number; readonly stop: Stop }[] = [];
	/** `visible`, as long as it holds: it is asked for several times in each step. */
	private view: Buffer | undefined = undefined;

	push(bytes: Uint8Array, seen: Timestamp): void {
		if (bytes.length === 0) return;
		const last = this.times.at(-1);
		const isNew = last === undefined || Timestamp.compare(last.seen, seen) !== 0;
		if (isNew && this.times.length < TIMES_MAX) this.times.push({ at: this.end, seen });
		if (this.from === this.to) this.borrow(bytes);
		else this.append(bytes);
	}

	interrupt(stop: Stop): void {
		this.stops.push({ at: this.end, stop });
		this.view = undefined;
	}

	/** What can be read now: the bytes up to the next stop. Good until the next call of another method. */
	get visible(): Buffer {
		if (this.view === undefined) {
			const stop = this.stops[0];
			const end = stop === undefined ? this.to : this.from + stop.at - this.position;
			const { store } = this;
			this.view = asBuffer(this.from === 0 && end === store.length ? store : store.subarray(this.from, end));
		}
		return this.view;
	}

	/** What the direction began with, up to the first stop that is not before it, as long as nothing was taken. */
	get beginning(): Uint8Array {
		const stop = this.stops.find(({ at }) => at > this.position);
		return this.store.subarray(this.from, stop === undefined ? this.to : this.from + stop.at - this.position);
	}

	/** What comes after the visible bytes, if that is no byte. */
	get stop(): Stop | undefined {
		return this.stops[0]?.stop;
	}

	/** What is kept, in bytes, with what it costs to know when they came. */
	get heldBytes(): number {
		return this.to - this.from + MARK_BYTES * (Math.max(this.times.length - 1, 0) + this.stops.length);
	}

	/** When the first visible byte was captured. There must be one. */
	get seen(): Timestamp {
		const next = this.times[1];
		return next?.at === this.position ? next.seen : this.takenSeen;
	}

	/** When the last byte was captured that was taken. There must be one. */
	get takenSeen(): Timestamp {
		const time = this.times[0];
		if (time === undefined) throw new RangeError('nothing came');
		return time.seen;
	}

	/** Takes that many of the visible bytes. */
	take(count: number): void {
		if (count === 0) return;
		this.view = undefined;
		this.from += count;
		this.position += count;
		for (let next = this.times[1]; next !== undefined && next.at < this.position; next = this.times[1]) this.times.shift();
	}

	/** Takes the stop, and what is visible before it. */
	passStop(): void {
		const stop = this.stops.shift();
		this.view = undefined;
		if (stop !== undefined) this.take(stop.at - this.position);
	}

	/** The turn is over: keeps what is left, in not much more room than that needs, and lets go of what was lent. */
	settle(): void {
		const length = this.to - this.from;
		if (length > 0) this.keep(length);
		else if (this.store !== NONE) this.borrow(NONE);
	}

	private keep(length: number): void {
		if (!this.owned || this.store.length > 4 * length + SLACK_BYTES) this.move(length);
	}

	private get end(): number {
		return this.position + this.to - this.from;
	}

	private borrow(bytes: Uint8Array): void {
		this.view = undefined;
		this.store = bytes;
		this.from = 0;
		this.to = bytes.length;
		this.owned = false;
	}

	private append(bytes: Uint8Array): void {
		this.view = undefined;
		const length = this.to - this.from + bytes.length;
		if (!this.owned || length > this.store.length) this.move(2 * length);
		else if (this.to + bytes.length > this.store.length) this.compact();
		this.store.set(bytes, this.to);
		this.to += bytes.length;
	}

	private move(capacity: number): void {
		this.view = undefined;
		const store = new Uint8Array(capacity);
		store.set(this.store.subarray(this.from, this.to));
		this.to -= this.from;
		this.from = 0;
		this.store = store;
		this.owned = true;
	}

	private compact(): void {
		this.store.copyWithin(0, this.from, this.to);
		this.to -= this.from;
		this.from = 0;
	}
}
