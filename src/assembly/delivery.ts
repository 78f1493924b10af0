import type { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import type { AnomalyKind } from './anomaly.js';
import type { Carrier } from './carrier.js';
import type { CloseReason } from './closeReason.js';
import { HalfFlag } from './connectionWords.js';
import type { EarlyFin } from './disorder.js';
import type { HalfConnection } from './halfConnection.js';
import { lengthOf, type Piece, partOf } from './heldSegments.js';
import { type Interval, intersectionOf } from './overlap.js';
import { Reassembly } from './reassembly.js';
import { advance, distance, FAR } from './sequence.js';
import { SkippedHole } from './skippedHole.js';

/**
 * What moves the cursor of a flow: its start, pieces that are delivered, holes that are passed, its end.
 */

const noBytes = new Uint8Array(0);

/** Starts a flow where its SYN says that its first byte is. */
export function start(half: HalfConnection, first: number, carrier: Carrier): void {
	startSilently(half, first);
	sayStart(half, carrier);
	drain(half);
	finish(half);
}

/** The same, by the word of the other side alone: nothing is said before a packet of the flow itself was seen. */
export function startSilently(half: HalfConnection, first: number): void {
	setCursor(half, first);
	half.mark(HalfFlag.startUntold);
}

/** Says that a flow has started, if that was not said yet. */
export function sayStart(half: HalfConnection, { seen, packet }: Carrier): void {
	if (!half.has(HalfFlag.startUntold)) return;
	half.unmark(HalfFlag.startUntold);
	emit(half, noBytes, 0, 0, seen, packet, true, false);
}

/** Moves the start of a flow, from which nothing has been delivered. */
export function restart(half: HalfConnection, first: number): void {
	const disorder = half.disturb();
	disorder.rivalFirst = undefined;
	// What is held belongs to the other start, unless they are near.
	if (Math.abs(distance(half.first, first)) > half.engine.settings.maxGap) dropHeld(half);
	dropTentative(half);
	setCursor(half, first);
	drain(half);
	finish(half);
}

/** Starts a flow at `first` although nobody saw its SYN: what was before is not known. */
export function pickUp(half: HalfConnection, first: number): void {
	setCursor(half, first);
	half.disturb().pendingSkip = -1;
}

/** Starts a flow at `next`, where nothing is missing, although this is not its start. */
export function resume(half: HalfConnection, next: number): void {
	setCursor(half, next);
}

/** Gives up on the lowest hole of a flow: jumps to what lies behind it, and delivers that and what follows. */
export function skipHole(half: HalfConnection): void {
	const target = half.afterHole;
	if (half.closed || target === undefined) return;
	if (!half.started) pickUp(half, target);
	else if (half.holdsTentative) commit(half, undefined);
	else pass(half, distance(half.next, target));
	drain(half);
	finish(half);
}

/** Ends a flow; what is held goes out first, with its skips. */
export function close(half: HalfConnection, reason: CloseReason, packet: number): void {
	while (half.isWaiting) skipHole(half);
	if (half.closed) return;
	const seen = half.lastSeen ?? (half.opposite.lastSeen as Timestamp);
	const said = half.has(HalfFlag.refused) ? 'rst' : reason;
	half.closeBy(said);
	emit(half, noBytes, 0, 0, seen, packet, false, false, said);
}

/**
 * Goes on where the other side's acknowledgment is, if segments too far away to be waited for were dropped there: what
 * was captured of it all is before that, and the rest will not come.
 */
export function catchUp(half: HalfConnection, ack: number): void {
	const { maxGap } = half.engine.settings;
	const lostAt = half.disorder?.lostAt;
	if (lostAt === undefined || Math.abs(distance(lostAt, ack)) > maxGap || distance(half.next, ack) <= maxGap) return;
	while (half.isWaiting) skipHole(half);
	if (half.closed) return;
	half.findTrack();
	pass(half, distance(half.next, ack));
}

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
		if (piece.tentative || distance(half.next, piece.start) > 0) return;
		held.shift();
		const fresh = newPartOf(half, piece);
		if (fresh !== undefined) deliver(half, fresh);
	}
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
		piece = { ...piece, end: advance(piece.end, -length), missing: 0 };
		if (lengthOf(piece) === 0) return undefined;
	}
	const old = half.started ? distance(piece.start, half.next) : 0;
	if (old <= 0) return piece;
	const length = lengthOf(piece);
	const isLate = dropLate(half, piece);
	if (old < length) return partOf(piece, half.next, piece.end);
	if (!isLate && length > 0) half.countRetransmitted();
	const missing = length + piece.missing - old;
	return missing > 0 ? { ...piece, start: half.next, end: half.next, missing } : undefined;
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
	emit(half, noBytes, 0, 0, fin.seen, fin.packet, false, true);
}

function reachFin(half: HalfConnection): void {
	half.closeBy('fin');
	half.next = advance(half.next, 1);
}

/** Drops what of a piece lies before the start, or in the hole that was skipped last; false if nothing does. */
function dropLate(half: HalfConnection, piece: Piece): boolean {
	const { disorder } = half;
	const startIsFar = half.synSeen || half.bytes + (disorder?.skipped ?? 0) > FAR;
	const beforeStart = startIsFar ? undefined : intersectionOf(piece, { start: piece.start, end: half.first });
	const lost = [beforeStart, disorder?.skippedHole?.sharedWith(piece)].filter(late => late !== undefined && lengthOf(late) > 0);
	for (const late of lost as Interval[]) drop(half, 'late-data', late.start, lengthOf(late), piece);
	return lost.length > 0;
}

function dropHeld(half: HalfConnection): void {
	const disorder = half.disturb();
	disorder.finAt = undefined;
	const first = disorder.held?.first;
	if (first !== undefined) drop(half, 'far-segment', first.start, disorder.held?.truncate(first.start) ?? 0, first);
}

/** The payload of a SYN that does not count any more. */
function dropTentative(half: HalfConnection): void {
	const { held } = half.disorder ?? {};
	for (let piece = held?.first; piece?.tentative; piece = held?.first) {
		held?.shift();
		drop(half, 'syn-with-other-isn', piece.start, lengthOf(piece), piece);
	}
}

/** Bytes behind a piece were cut off by the capture: they are not waited for, unless they are there already. */
function passCut(half: HalfConnection, missing: number): void {
	const { afterHole } = half;
	pass(half, afterHole === undefined ? missing : Math.min(missing, distance(half.next, afterHole)));
}

function pass(half: HalfConnection, length: number): void {
	if (length <= 0) return;
	const disorder = half.disturb();
	disorder.skippedHole ??= new SkippedHole();
	disorder.skippedHole.add(half.next, length);
	half.next = advance(half.next, length);
	// Nobody knows how many bytes came before those that a flow was picked up at; these are some more of them.
	if (disorder.pendingSkip < 0) return;
	disorder.skipped += length;
	disorder.pendingSkip += length;
}

function setCursor(half: HalfConnection, first: number): void {
	half.startAt(first);
	const { disorder } = half;
	if (disorder?.finAt === undefined || distance(first, disorder.finAt) >= 0) return;
	drop(half, 'fin-out-of-window', disorder.finAt, 0, disorder.fin as EarlyFin);
	disorder.finAt = undefined;
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
	half.bytes += to - from;
	// Roles are settled from the first chunk on.
	connection.settleRoles();
	const closed = end ? 'fin' : reason;
	if (closed !== undefined) engine.closed[closed]++;
	const last = closed !== undefined && connection.isOver;
	engine.emit(new Reassembly(connection, reversed, block, from, to, half.takePendingSkip(), isStart, end, seen, packet, closed, last));
}
