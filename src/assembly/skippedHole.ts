import { type Interval, intersectionOf } from './overlap.js';
import { advance, distance, FAR } from './sequence.js';

/** The hole that a flow has skipped last, since what still comes for it comes too late. Earlier ones are forgotten. */
export class SkippedHole {
	private end = 0;
	private length = 0;

	/** Skips `length` bytes at `start`; if the last hole ended there, the two are one. */
	add(start: number, length: number): void {
		const joined = this.end === start ? this.length + length : length;
		this.length = joined <= FAR ? joined : length;
		this.end = advance(start, length);
	}

	/** What an interval shares with it; that ends before it starts if it is nothing. */
	sharedWith(interval: Interval): Interval {
		const { end, length } = this;
		const isFar = Math.abs(distance(end, interval.start)) > FAR;
		return isFar ? { start: interval.start, end: interval.start } : intersectionOf(interval, { start: advance(end, -length), end });
	}
}
