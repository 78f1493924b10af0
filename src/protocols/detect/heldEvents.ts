import { Timestamp } from '../../timestamp.js';
import { copyOf } from '../copyOf.js';
import type { Direction, Origin, Parser } from '../parser.js';
import { Beginning } from './beginning.js';

const NONE = new Uint8Array(0);
/** What a note of an event takes, about. */
const EVENT_BYTES = 64;
/** What may wait while one direction says nothing, or cannot tell: so many times the bytes that are looked at. */
const HELD_PER_BYTE = 16;

/** Something that a parser is to be told later. */
interface Held {
	readonly kind: 'push' | 'gap' | 'end';
	readonly origin: Origin;
	bytes: Uint8Array;
	readonly length: number;
}

/** What is held of a connection until its protocol is known, in the order in which it came. */
export class HeldEvents {
	private events: Held[] = [];
	private readonly beginnings: Record<Direction, Beginning> = { client: new Beginning(NONE, false), server: new Beginning(NONE, false) };
	/** Bytes that are held behind those that are looked at. */
	private surplus = 0;

	constructor(private readonly maxBytes: number) {}

	/** What the notes of events take, and bytes that are not looked at: as much as may be. It does not depend on how the bytes are cut. */
	get isFull(): boolean {
		return this.surplus + EVENT_BYTES * this.events.length > HELD_PER_BYTE * this.maxBytes;
	}

	/** More bytes are held than may be, none of which tells anything. */
	get isOverfull(): boolean {
		return this.surplus > HELD_PER_BYTE * this.maxBytes;
	}

	get begun(): Readonly<Record<Direction, Beginning>> {
		return this.beginnings;
	}

	/** Whether bytes from there go on with those that came last. */
	goesOn({ direction, seen, packet }: Origin): boolean {
		const last = this.events.at(-1);
		if (last?.kind !== 'push') return false;
		const { origin } = last;
		return origin.direction === direction && origin.packet === packet && Timestamp.compare(origin.seen, seen) === 0;
	}

	push(bytes: Uint8Array, origin: Origin): void {
		const { direction, seen, packet } = origin;
		const { bytes: before, isWhole } = this.beginnings[direction];
		const more = isWhole ? NONE : bytes.subarray(0, this.maxBytes - before.length);
		if (!isWhole) this.beginnings[direction] = new Beginning(join(before, more), before.length + more.length === this.maxBytes);
		this.surplus += bytes.length - more.length;
		const last = this.events.at(-1);
		if (last !== undefined && this.goesOn(origin)) last.bytes = join(last.bytes, bytes);
		else this.events.push({ kind: 'push', origin: { direction, seen, packet }, bytes, length: bytes.length });
	}

	gap(length: number, { direction, seen, packet }: Origin): void {
		this.events.push({ kind: 'gap', origin: { direction, seen, packet }, bytes: NONE, length });
		this.close(direction);
	}

	end({ direction, seen, packet }: Origin): void {
		this.events.push({ kind: 'end', origin: { direction, seen, packet }, bytes: NONE, length: 0 });
		this.close(direction);
	}

	/** Nothing more will be known of it. */
	close(direction: Direction): void {
		this.beginnings[direction] = new Beginning(this.beginnings[direction].bytes, true);
	}

	/** What came last is kept beyond the call, so it must not keep the block of the source alive. */
	keep(): void {
		const last = this.events.at(-1);
		if (last?.kind === 'push') last.bytes = copyOf(last.bytes);
	}

	/** Tells a parser all of it, and lets it go. */
	replay(parser: Parser): void {
		const { events } = this;
		this.events = [];
		for (const { kind, origin, bytes, length } of events) {
			if (kind === 'push') parser.push(bytes, origin);
			else if (kind === 'gap') parser.gap(length, origin);
			else parser.end(origin);
		}
	}
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
	if (a.length === 0) return copyOf(b);
	const joined = new Uint8Array(a.length + b.length);
	joined.set(a);
	joined.set(b, a.length);
	return joined;
}
