import { Timestamp } from '../../timestamp.js';

/** Beyond so many times, bytes count as captured with those before them. */
const TIMES_MAX = 1024;

/** When each byte of a direction was captured, from the last one that was taken on. Positions count from the start of the stream. */
export class CaptureTimes {
	/** When the last byte was captured that was taken; before that, the first byte. */
	private taken: Timestamp | undefined = undefined;
	/** From which position on bytes were captured when; before the first of them, with the last byte that was taken. */
	private readonly later: { readonly at: number; readonly seen: Timestamp }[] = [];
	/** The last time of all. */
	private last: Timestamp | undefined = undefined;

	/** How many times are kept besides that of the last byte that was taken. */
	get count(): number {
		return this.later.length;
	}

	/** The bytes from `at` on were captured then. */
	add(at: number, seen: Timestamp): void {
		const { last } = this;
		if (last === undefined) this.taken = seen;
		else if (last === seen || Timestamp.compare(last, seen) === 0 || this.later.length >= TIMES_MAX - 1) return;
		else this.later.push({ at, seen });
		this.last = seen;
	}

	/** All bytes before `position` were taken. */
	take(position: number): void {
		const { later } = this;
		while (later.length > 0) {
			const next = later[0];
			if (next === undefined || next.at >= position) return;
			this.taken = next.seen;
			later.shift();
		}
	}

	/** When the byte at `position` was captured, the next to be taken. */
	at(position: number): Timestamp {
		const next = this.later.length > 0 ? this.later[0] : undefined;
		return next?.at === position ? next.seen : this.lastTaken;
	}

	/** When the last byte was captured that was taken. There must be one. */
	get lastTaken(): Timestamp {
		if (this.taken === undefined) throw new RangeError('nothing came');
		return this.taken;
	}
}
