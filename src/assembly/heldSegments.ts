import type { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import { HeldBytes } from './heldBytes.js';
import { type Interval, intersectionOf, newWins, type OverlapPolicy } from './overlap.js';
import { advance, distance } from './sequence.js';

/** A part of a segment that is held: an interval of the stream, and where its bytes are. */
export interface Piece extends Interval {
	/** Where that segment began and ended, as it came. */
	readonly segmentStart: number;
	readonly segmentEnd: number;
	/** The block that has the bytes, from `at` on. */
	readonly block: Uint8Array;
	readonly at: number;
	/** Bytes behind this piece that the capture cut off: known never to come with it. */
	readonly missing: number;
	/** It came with a FIN, behind its last byte. */
	readonly fin: boolean;
	/** It came with the SYN, and nobody has acknowledged it: whatever comes for its place counts instead. */
	readonly tentative: boolean;
	readonly seen: Timestamp;
	readonly packet: number;
	/** The engine's time when it was held, in ms. */
	readonly heldAt: number;
}

/** What all flows hold together. */
export interface HeldTotals {
	bytes: number;
	segments: number;
}

/** Bytes of memory that a byte may take that is held. */
const MEMORY_PER_BYTE_MAX = 4;

/** Hears of two segments that bring different bytes for the same place. */
export type ConflictListener = (newer: Piece, from: number, length: number) => void;

/**
 * What one flow holds: the intervals that came before their turn.
 *
 * Invariant: pieces are in order, none is empty, no two of them overlap; `bytes` is the sum of their lengths, and the
 * totals are the sums over all flows.
 */
export class HeldSegments {
	private readonly pieces: Piece[] = [];
	private readonly storage = new HeldBytes();
	/** Bytes held. */
	bytes = 0;
	/** Behind the last piece; it means nothing while there is none. */
	end = 0;
	/** Whether payload of a SYN was ever among them. */
	hadTentative = false;

	constructor(
		private readonly policy: OverlapPolicy,
		private readonly totals: HeldTotals,
		/** Whether bytes are kept; without them all pieces are as good as empty. */
		private readonly keepsBytes = true,
	) {}

	/** Pieces held. */
	get segments(): number {
		return this.pieces.length;
	}

	/** The piece with the lowest sequence number. */
	get first(): Piece | undefined {
		return this.pieces[0];
	}

	/** The piece with the highest one. */
	get last(): Piece | undefined {
		return this.pieces[this.pieces.length - 1];
	}

	/**
	 * Adds a piece; where it overlaps others, the policy decides which bytes stay.
	 *
	 * @returns how many bytes of the stream are held now that were not before.
	 */
	insert(piece: Piece, onConflict: ConflictListener): number {
		const before = this.bytes;
		const from = this.indexOf(piece.start);
		let to = from;
		while (to < this.pieces.length && distance((this.pieces[to] as Piece).start, piece.end) > 0) to++;
		if (from === to) {
			if (from === this.pieces.length) this.append(piece);
			else this.replace(from, to, [piece]);
			return this.bytes - before;
		}
		const overlapped = this.pieces.slice(from, to);
		for (const older of overlapped) reportConflict(piece, older, onConflict);
		this.replace(from, to, settle(this.policy, piece, overlapped).map(compact));
		return this.bytes - before;
	}

	/** Adds a piece that is known to lie behind all others. */
	append(piece: Piece): void {
		this.pieces.push(piece);
		this.end = piece.end;
		this.count(piece, 1);
	}

	/** The same piece, with bytes of its own, which outlive the block that it came in. */
	copyOf(piece: Piece): Piece {
		const { block, at, tentative } = piece;
		if (tentative) this.hadTentative = true;
		const copyAt = this.store(block, at, at + lengthOf(piece));
		return changed(piece, { block: this.storage.room, at: copyAt });
	}

	/** Copies bytes that are to be held; answers where in {@link HeldSegments.room} they are. */
	store(block: Uint8Array, from: number, to: number): number {
		return this.keepsBytes ? this.storage.put(block, from, to, this.bytes) : 0;
	}

	/** Where the last bytes were copied to. */
	get room(): Uint8Array {
		return this.storage.room;
	}

	/** Gives memory back of which only a small part is held. */
	tidy(): void {
		const { storage, pieces, bytes } = this;
		if (storage.total <= MEMORY_PER_BYTE_MAX * bytes) return;
		storage.clear();
		for (let i = 0; i < pieces.length; i++) pieces[i] = this.copyOf(pieces[i] as Piece);
	}

	/** Lets go of what lies at or behind `sequence`; answers how many bytes that was. */
	truncate(sequence: number): number {
		const before = this.bytes;
		const from = this.indexOf(sequence);
		const cut = this.pieces[from];
		const kept = cut !== undefined && distance(cut.start, sequence) > 0 ? [compact(partOf(cut, cut.start, sequence))] : [];
		this.replace(from, this.pieces.length, kept);
		return before - this.bytes;
	}

	/** Takes out the first piece. */
	shift(): Piece | undefined {
		const piece = this.pieces.shift();
		if (piece !== undefined) this.count(piece, -1);
		return piece;
	}

	/** Puts a piece before all others. */
	putBack(piece: Piece): void {
		this.pieces.unshift(piece);
		if (this.pieces.length === 1) this.end = piece.end;
		this.count(piece, 1);
	}

	/** Lets go of all. */
	clear(): void {
		for (const piece of this.pieces) this.count(piece, -1);
		this.pieces.length = 0;
		this.storage.clear();
	}

	/** Index of the first piece that ends behind `sequence`. */
	private indexOf(sequence: number): number {
		let low = 0;
		let high = this.pieces.length;
		// Mostly the newest belongs behind all others.
		if (high === 0 || distance((this.pieces[high - 1] as Piece).end, sequence) >= 0) return high;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (distance(sequence, (this.pieces[middle] as Piece).end) > 0) high = middle;
			else low = middle + 1;
		}
		return low;
	}

	private replace(from: number, to: number, by: readonly Piece[]): void {
		for (const removed of this.pieces.splice(from, to - from, ...by)) this.count(removed, -1);
		for (const added of by) this.count(added, 1);
		this.end = this.last?.end ?? 0;
	}

	private count(piece: Piece, sign: 1 | -1): void {
		const bytes = sign * lengthOf(piece);
		this.bytes += bytes;
		this.totals.bytes += bytes;
		this.totals.segments += sign;
	}
}

/** The payload of a segment, which begins at `start`, and where its bytes are: in its own block, or in that which they were copied to. */
export function pieceOf(
	segment: Segment,
	start: number,
	fin: boolean,
	heldAt: number,
	block = segment.block,
	at = segment.payloadAt,
): Piece {
	const { length, missing, timestamp: seen, packet } = segment;
	const end = advance(start, length);
	return { start, end, segmentStart: start, segmentEnd: end, block, at, missing, fin, tentative: false, seen, packet, heldAt };
}

/** The segment that a piece is of. */
const segmentOf = ({ segmentStart, segmentEnd }: Piece): Interval => ({ start: segmentStart, end: segmentEnd });

/** How many bytes a piece has. */
export function lengthOf(piece: Interval): number {
	return distance(piece.start, piece.end);
}

/** The part of a piece from `start` to `end`. What stood behind its last byte stays with the last part. */
export function partOf(piece: Piece, start: number, end: number): Piece {
	if (start === piece.start && end === piece.end) return piece;
	const isTail = end === piece.end;
	const at = piece.at + distance(piece.start, start);
	return changed(piece, { start, end, at, missing: isTail ? piece.missing : 0, fin: isTail && piece.fin });
}

/** A piece with other fields. Written out, so that all pieces have one shape, which a spread does not promise. */
export function changed(piece: Piece, fields: Partial<Piece>): Piece {
	const { start = piece.start, end = piece.end, block = piece.block, at = piece.at } = fields;
	const { missing = piece.missing, fin = piece.fin, tentative = piece.tentative } = fields;
	const { segmentStart, segmentEnd, seen, packet, heldAt } = piece;
	return { start, end, segmentStart, segmentEnd, block, at, missing, fin, tentative, seen, packet, heldAt };
}

/**
 * The pieces that stay of a new one and of those that it overlaps, in order. Whole segments decide, not what is left of
 * them: gopacket and Linux keep them untrimmed, too.
 */
function settle(policy: OverlapPolicy, newer: Piece, overlapped: readonly Piece[]): Piece[] {
	const settled: Piece[] = [];
	let tail: Piece | undefined;
	let next = newer.start;
	for (const older of overlapped) {
		if (older.tentative || newWins(policy, segmentOf(newer), segmentOf(older))) {
			if (distance(older.start, newer.start) > 0) settled.push(partOf(older, older.start, newer.start));
			if (distance(newer.end, older.end) > 0) tail = partOf(older, newer.end, older.end);
			continue;
		}
		if (distance(next, older.start) > 0) settled.push(partOf(newer, next, older.start));
		settled.push(older);
		next = older.end;
	}
	if (distance(next, newer.end) > 0) settled.push(partOf(newer, next, newer.end));
	if (tail !== undefined) settled.push(tail);
	return settled;
}

/** A small rest with a block of its own, since a limit that counts its bytes says nothing of a large block that it keeps. */
function compact(piece: Piece): Piece {
	const length = lengthOf(piece);
	const { block, at } = piece;
	return block.length <= 2 * length ? piece : changed(piece, { block: new Uint8Array(block.subarray(at, at + length)), at: 0 });
}

function reportConflict(newer: Piece, older: Piece, onConflict: ConflictListener): void {
	const shared = intersectionOf(newer, older);
	const a = newer.at + distance(newer.start, shared.start);
	const b = older.at + distance(older.start, shared.start);
	const length = lengthOf(shared);
	for (let i = 0; i < length; i++) {
		if (newer.block[a + i] === older.block[b + i]) continue;
		onConflict(newer, shared.start, length);
		return;
	}
}
