import type { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import type { AnomalyKind } from './anomaly.js';
import type { Carrier } from './carrier.js';
import type { CloseReason } from './closeReason.js';
import { HalfFlag } from './connectionWords.js';
import type { HalfConnection } from './halfConnection.js';
import { changed, lengthOf, type Piece, partOf } from './heldSegments.js';
import { type Interval, intersectionOf } from './overlap.js';
import { Reassembly } from './reassembly.js';
import { advance, distance, FAR } from './sequence.js';
import { SkippedHole } from './skippedHole.js';

/**
 * What moves the cursor of a flow on: pieces that are delivered, holes that are passed, its end.
 */

const noBytes = new Uint8Array(0);

/** Counts payload of a flow that nobody gets, and says why. */
export function drop(half: HalfConnection, kind: AnomalyKind, sequence: number, length: number, { seen, packet }: Carrier): void {
	if (length > 0) half.countDropped(length);
	half.engine.note(kind, half, sequence, length, seen, packet);
}

/** Delivers the payload of a segment that comes in its turn, and ends the flow with its FIN. */
export function deliverSegment(half: HalfConnection, segment: Segment, fin: boolean): void {
	const { block, payloadAt, length, timestamp, packet } = segment;
	half.next = advance(half.next, length);
	if (fin) reachFin(half);
	emit(half, block, payloadAt, payloadAt + length, timestamp, packet, false, fin);
}

/** Delivers a piece that begins at the cursor. */
export function deliver(half: HalfConnection, piece: Piece): void {
	const urgent = half.disorder?.urgent?.takeIn(piece.start, piece.end);
	if (urgent !== undefined) {
		deliverWithout(half, piece, urgent);
		return;
	}
	const { block, at, missing } = piece;
	const length = lengthOf(piece);
	half.next = piece.end;
	const end = piece.fin && missing === 0 && half.finAt === piece.end;
	if (end) reachFin(half);
	if (length > 0 || end) emit(half, block, at, at + length, piece.seen, piece.packet, false, end);
	if (missing > 0) passCut(half, missing);
}

/** Delivers a piece but for its urgent byte. */
function deliverWithout(half: HalfConnection, piece: Piece, urgent: number): void {
	if (urgent !== piece.start) deliver(half, partOf(piece, piece.start, urgent));
	half.countDropped(1);
	deliver(half, partOf(piece, advance(urgent, 1), piece.end));
}

/** Delivers what is held at the cursor. */
export function drain(half: HalfConnection): void {
	const held = half.disorder?.held;
	if (held === undefined || !half.started) return;
	for (let piece = held.first; piece !== undefined && !half.closed; piece = held.first) {
		if (piece.tentative || distance(half.next, piece.start) > 0) break;
		held.shift();
		const fresh = newPartOf(half, piece);
		if (fresh !== undefined) deliver(half, fresh);
	}
	held.tidy();
}

/**
 * Delivers the payload of a SYN, which waits at the cursor for the other side to acknowledge it, as far as `end`, or all
 * of it.
 */
export function commit(half: HalfConnection, end: number | undefined): void {
	const { held } = half.disorder ?? {};
	while (held !== undefined && half.holdsTentative && (end === undefined || distance(half.next, end) > 0)) {
		const piece = held.shift() as Piece;
		if (end === undefined || distance(end, piece.end) <= 0) deliver(half, piece);
		else {
			held.putBack(partOf(piece, end, piece.end));
			deliver(half, partOf(piece, piece.start, end));
		}
	}
	drain(half);
	finish(half);
}

/** What of a piece lies behind the cursor and before the FIN; undefined if nothing does. */
export function newPartOf(half: HalfConnection, whole: Piece): Piece | undefined {
	let piece = whole;
	const behindFin = half.finAt === undefined ? 0 : distance(half.finAt, piece.end);
	if (behindFin > 0) {
		const length = Math.min(behindFin, lengthOf(piece));
		drop(half, 'data-after-fin', advance(piece.end, -length), length, piece);
		piece = changed(piece, { end: advance(piece.end, -length), missing: 0 });
		if (lengthOf(piece) === 0) return undefined;
	}
	const old = half.started ? distance(piece.start, half.next) : 0;
	if (old <= 0) return piece;
	const length = lengthOf(piece);
	const isLate = dropLate(half, piece);
	if (old < length) return partOf(piece, half.next, piece.end);
	if (!isLate && length > 0) half.countRetransmitted();
	const missing = length + piece.missing - old;
	return missing > 0 ? changed(piece, { start: half.next, end: half.next, missing }) : undefined;
}

/**
 * Of a piece behind a hole nothing was captured. There is nothing to hold, so only what else is held makes it worth
 * waiting for the hole; or else a capture of headers would wait for ever where it lost one.
 */
export function passTo(half: HalfConnection, piece: Piece): void {
	if (!half.started || half.heldSegments > 0) return;
	pass(half, distance(half.next, piece.start));
	passCut(half, piece.missing);
}

/** Ends a flow if all before its FIN has come, and the chunk that did has not said so. */
export function finish(half: HalfConnection): void {
	const { fin, finAt } = half.disorder ?? {};
	if (fin === undefined || half.closed || !half.started || finAt !== half.next) return;
	reachFin(half);
	say(half, fin, { end: true });
}

function reachFin(half: HalfConnection): void {
	half.closeBy('fin');
	half.next = advance(half.next, 1);
}

/** Drops what of a piece lies before the start, or in the hole that was skipped last; false if nothing does. */
function dropLate(half: HalfConnection, piece: Piece): boolean {
	const { disorder } = half;
	const startIsFar = half.synSeen || half.position > FAR;
	const beforeStart = startIsFar ? undefined : intersectionOf(piece, { start: piece.start, end: half.first });
	const lost = [beforeStart, disorder?.skippedHole?.sharedWith(piece)].filter(late => late !== undefined && lengthOf(late) > 0);
	for (const late of lost as Interval[]) drop(half, 'late-data', late.start, lengthOf(late), piece);
	return lost.length > 0;
}

/** Bytes behind a piece were cut off by the capture: they are not waited for, unless they are there already. */
function passCut(half: HalfConnection, missing: number): void {
	const { afterHole } = half;
	pass(half, afterHole === undefined ? missing : Math.min(missing, distance(half.next, afterHole)));
}

/** Passes over bytes that are missing. */
export function pass(half: HalfConnection, length: number): void {
	if (length <= 0) return;
	const disorder = half.disturb();
	disorder.skippedHole ??= new SkippedHole();
	disorder.skippedHole.add(half.next, length);
	half.next = advance(half.next, length);
	// Nobody knows how many bytes came before those that a flow was picked up at; these are some more of them.
	if (disorder.pendingSkip < 0) return;
	disorder.skipped += length;
	half.position += length;
	disorder.pendingSkip += length;
}

/** What a chunk without bytes has to say. */
interface Word {
	readonly start?: boolean;
	readonly end?: boolean;
	readonly reason?: CloseReason;
}

/** Makes a chunk without bytes. */
export function say(half: HalfConnection, { seen, packet }: Carrier, { start = false, end = false, reason }: Word): void {
	emit(half, noBytes, 0, 0, seen, packet, start, end, reason);
}

function emit(
	half: HalfConnection,
	block: Uint8Array,
	from: number,
	to: number,
	seen: Timestamp,
	packet: number,
	isStart: boolean,
	end: boolean,
	reason?: CloseReason,
): void {
	const { connection, engine, reversed } = half;
	half.mark(HalfFlag.told);
	const offset = half.position;
	half.position += to - from;
	// Roles are settled from the first chunk on.
	connection.settleRoles();
	const closed = end ? 'fin' : reason;
	if (closed !== undefined) engine.closed[closed]++;
	const last = closed !== undefined && connection.isOver;
	const skip = half.takePendingSkip();
	engine.emit(new Reassembly(connection, reversed, block, from, to, offset, skip, isStart, end, seen, packet, closed, last));
}
