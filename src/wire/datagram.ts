import { rejected } from './frame.js';

/** Parts of one datagram: more than the smallest links (RFC 791: 68 bytes) make of the largest datagram. */
const PARTS_MAX = 2048;
/** What a part costs beside its bytes, and a datagram beside its parts; roughly. */
const PART_OVERHEAD_BYTES = 256;
const DATAGRAM_OVERHEAD_BYTES = 512;

/** A piece of a datagram: where it belongs, and a copy of its bytes. */
interface Part {
	readonly offset: number;
	readonly bytes: Uint8Array;
}

const endOf = ({ offset, bytes }: Part): number => offset + bytes.length;

/** What has come of one datagram. No two of its parts overlap. */
export class Datagram {
	/** By their offsets. */
	readonly parts: Part[] = [];
	private held = 0;
	/** How long it is, once its last part has come. */
	length = Number.POSITIVE_INFINITY;
	/** The protocol of what is in it, once its first part has come. */
	protocol = rejected as number;
	/** It contradicts itself: nothing more is taken. */
	refused = false;

	constructor(
		/** When its first part came, in ms of packet time. */
		readonly since: number,
	) {}

	get isWhole(): boolean {
		return this.held === this.length;
	}

	/** Bytes of memory that it takes, roughly. */
	get cost(): number {
		return DATAGRAM_OVERHEAD_BYTES + this.held + PART_OVERHEAD_BYTES * this.parts.length;
	}

	/** Adds a part, of which it makes a copy. What overlaps another, but for an exact repetition, refuses the datagram (RFC 5722). */
	add(part: Part, isLast: boolean, protocol: number): void {
		const { parts } = this;
		const index = this.indexBehind(part.offset);
		const [before, after] = [parts[index - 1], parts[index]];
		if (before !== undefined && isSame(before, part) && isLast === (endOf(part) === this.length)) return;
		const overlaps = (before !== undefined && endOf(before) > part.offset) || (after !== undefined && after.offset < endOf(part));
		const last = parts.at(-1);
		const isBehindEnd = endOf(part) > this.length || (isLast && last !== undefined && endOf(last) > endOf(part));
		const isOtherEnd = isLast && this.length !== Number.POSITIVE_INFINITY;
		if (overlaps || isBehindEnd || isOtherEnd || parts.length === PARTS_MAX) {
			this.refuse();
			return;
		}
		parts.splice(index, 0, { offset: part.offset, bytes: new Uint8Array(part.bytes) });
		this.held += part.bytes.length;
		if (isLast) this.length = endOf(part);
		if (part.offset === 0) this.protocol = protocol;
	}

	/** The index of the first part that begins behind `offset`. */
	private indexBehind(offset: number): number {
		const { parts } = this;
		let low = 0;
		for (let high = parts.length; low < high; ) {
			const middle = (low + high) >>> 1;
			if ((parts[middle] as Part).offset <= offset) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	private refuse(): void {
		this.refused = true;
		this.parts.length = 0;
		this.held = 0;
		this.length = Number.POSITIVE_INFINITY;
	}
}

function isSame(a: Part, b: Part): boolean {
	return a.offset === b.offset && a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
}
