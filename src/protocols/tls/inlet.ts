import type { Timestamp } from '../../timestamp.js';
import { copyOf } from '../copyOf.js';
import type { Origin } from '../parser.js';

const NONE = new Uint8Array(0);
/** Beyond so many packets, bytes that wait count as brought by the last of them. */
const MARKS_MAX = 1024;

/** Which packet brought a byte, and when that was captured. */
export interface Mark {
	readonly seen: Timestamp;
	readonly packet: number;
}

/** From a place on, bytes came with that packet. */
interface PlacedMark extends Mark {
	readonly at: number;
}

/**
 * The bytes of one direction that can be read: those that came last, and before them what had to wait for more.
 *
 * As long as nothing waits, they are read where they are.
 */
export class Inlet {
	bytes: Uint8Array = NONE;
	/** What can be read stands from here on. */
	at = 0;
	to = 0;
	private isOwn = false;
	private marks: PlacedMark[] = [];
	private last: Origin | undefined = undefined;

	get rest(): number {
		return this.to - this.at;
	}

	/** More bytes came. */
	push(bytes: Uint8Array, origin: Origin): void {
		if (this.rest === 0) {
			this.bytes = bytes;
			this.at = 0;
			this.to = bytes.length;
			this.isOwn = false;
			this.marks.length = 0;
		} else {
			this.reserve(bytes.length);
			this.bytes.set(bytes, this.to);
			this.to += bytes.length;
		}
		if (this.isOwn) this.addMark(this.to - bytes.length, origin);
		this.last = origin;
	}

	/** What was pushed is read as far as it can be: what is left must be kept, and its block let go. */
	settle(): void {
		const { rest, last } = this;
		this.last = undefined;
		if (rest === 0) {
			this.bytes = NONE;
			this.at = 0;
			this.to = 0;
		} else if (!this.isOwn) {
			this.bytes = copyOf(this.bytes.subarray(this.at, this.to));
			this.at = 0;
			this.to = rest;
			this.isOwn = true;
			if (last !== undefined) this.addMark(0, last);
		}
	}

	/** Which packet brought the byte that is to be read next. There must be one. */
	get mark(): Mark {
		const mark = this.isOwn ? this.marks[this.markIndex] : this.last;
		if (mark === undefined) throw new RangeError('nothing came');
		return { seen: mark.seen, packet: mark.packet };
	}

	/** How many of the bytes that can be read next came with the same packet. */
	get sameMarkRest(): number {
		const next = this.isOwn ? this.marks[this.markIndex + 1] : undefined;
		return (next?.at ?? this.to) - this.at;
	}

	/** What waits is not read. */
	drop(): number {
		const { rest } = this;
		this.at = this.to;
		this.settle();
		return rest;
	}

	private get markIndex(): number {
		return this.marks.findLastIndex(mark => mark.at <= this.at);
	}

	private addMark(at: number, { seen, packet }: Mark): void {
		const before = this.marks.at(-1);
		if (before?.packet === packet && before.seen === seen) return;
		if (this.marks.length < MARKS_MAX) this.marks.push({ at, seen, packet });
	}

	private reserve(length: number): void {
		const { rest, at } = this;
		if (this.to + length <= this.bytes.length) return;
		const grown = new Uint8Array(Math.max(2 * rest, rest + length));
		grown.set(this.bytes.subarray(at, this.to));
		this.bytes = grown;
		this.marks = this.marks.slice(Math.max(this.markIndex, 0)).map(mark => ({ ...mark, at: Math.max(mark.at - at, 0) }));
		this.at = 0;
		this.to = rest;
	}
}
