import type { Segment } from '../wire/segment.js';
import type { Carrier } from './carrier.js';
import { commit, deliver, deliverSegment, drain, drop, finish, newPartOf, passTo } from './delivery.js';
import type { HalfConnection } from './halfConnection.js';
import { changed, HeldSegments, lengthOf, type Piece, pieceOf } from './heldSegments.js';
import { advance, distance, FAR } from './sequence.js';
import { restart } from './starting.js';

/**
 * What becomes of a segment's payload and FIN: delivered in its turn, held before it, dropped if it cannot be.
 */

/** The packet of a segment. */
export function carrierOf({ timestamp, packet }: Segment): Carrier {
	return { seen: timestamp, packet };
}

/** Takes the payload of a segment, which begins at `seq`, and its FIN. */
export function receive(half: HalfConnection, segment: Segment, seq: number, fin: boolean): void {
	const { length, missing } = segment;
	if (seq === half.next && missing === 0 && half.started && half.isOrderly) {
		deliverSegment(half, segment, fin);
		return;
	}
	// Data decide between two SYNs where the other side's ACK was not captured.
	if (seq === half.otherFirst) restart(half, seq);
	if (!isNear(half, seq) || missing > half.engine.settings.maxGap) {
		if (half.started && distance(half.next, seq) > 0) half.loseTrack(seq);
		drop(half, 'far-segment', seq, length, carrierOf(segment));
		return;
	}
	// What lies behind the payload of a SYN says that the sender takes that for delivered.
	if (half.holdsTentative && distance(half.next, seq) > 0) commit(half, seq);
	if (half.closed) {
		receiveAfterClose(half, segment, seq);
		return;
	}
	if (fin) noteFin(half, advance(seq, length + missing), segment);
	if (length + missing > 0) receivePiece(half, pieceOf(segment, seq, fin, half.engine.now));
	finish(half);
}

/** Takes the payload of the SYN that has started a flow: the other side may yet refuse it (RFC 7413, section 3). */
export function receiveTentatively(half: HalfConnection, segment: Segment, seq: number): void {
	hold(half, changed(pieceOf(segment, seq, false, half.engine.now), { tentative: true }), true);
}

/** Counts the payload of a segment, which begins at `seq`, that came after the flow had ended. */
export function receiveAfterClose(half: HalfConnection, segment: Segment, seq: number): void {
	const { length } = segment;
	if (length === 0) return;
	const { started, next } = half;
	const end = advance(seq, length);
	const kind = half.connection.isOver ? 'data-after-close' : 'data-after-fin';
	if (started && Math.abs(distance(next, seq)) > FAR) {
		drop(half, kind, seq, length, carrierOf(segment));
		return;
	}
	// A byte in the place of the FIN alone is a keepalive.
	if (started && distance(next, end) <= 0) {
		half.countRetransmitted();
		return;
	}
	const finAt = half.closedBy === 'fin' ? advance(next, -1) : next;
	const fresh = started ? Math.min(length, distance(finAt, end)) : length;
	drop(half, kind, advance(end, -fresh), fresh, carrierOf(segment));
}

/** Takes note of where an urgent byte is that is to be taken out: in this segment, or in one that is still to come. */
export function noteUrgent(half: HalfConnection, segment: Segment): void {
	const { urgentPointer, seq } = segment;
	// The pointer says where the byte behind the urgent one is, as all stacks have it (RFC 6093, section 3.1).
	if (urgentPointer > 0) half.markUrgent(advance(seq, urgentPointer - 1));
}

function receivePiece(half: HalfConnection, whole: Piece): void {
	const piece = newPartOf(half, whole);
	if (piece === undefined) return;
	if (!half.started || piece.start !== half.next) {
		half.countOutOfOrder();
		if (lengthOf(piece) > 0) hold(half, piece, true);
		else passTo(half, piece);
		return;
	}
	const heldFirst = half.disorder?.held?.first?.start;
	const reachesHeld = heldFirst !== undefined && distance(heldFirst, piece.end) > 0;
	if (reachesHeld) hold(half, piece, false);
	else deliver(half, piece);
	drain(half);
}

function hold(half: HalfConnection, piece: Piece, mustCopy: boolean): void {
	const { engine } = half;
	const disorder = half.disturb();
	disorder.held ??= new HeldSegments(engine.settings.overlap, engine.held, engine.keepsBytes);
	const kept = mustCopy ? disorder.held.copyOf(piece) : piece;
	const added = disorder.held.insert(kept, (newer, from, length) => {
		engine.note('overlap-conflict', half, from, length, newer.seen, newer.packet);
	});
	disorder.overlapped += lengthOf(piece) - added;
	if (added === 0) disorder.retransmitted++;
}

function noteFin(half: HalfConnection, at: number, segment: Segment): void {
	if (half.finAt !== undefined || half.closed) return;
	const carrier = carrierOf(segment);
	if (half.started && distance(half.next, at) < 0) {
		drop(half, 'fin-out-of-window', at, 0, carrier);
		return;
	}
	const disorder = half.disturb();
	disorder.finAt = at;
	disorder.fin = { ...carrier, heldAt: half.engine.now };
	const behind = disorder.held?.truncate(at) ?? 0;
	if (behind > 0) drop(half, 'data-after-fin', at, behind, carrier);
}

/** Whether a sequence number is near enough to what is known to be waited for, or to be known as old. */
function isNear(half: HalfConnection, sequence: number): boolean {
	const { maxGap } = half.engine.settings;
	if (half.started) {
		const ahead = distance(half.next, sequence);
		return ahead <= maxGap && ahead >= -FAR;
	}
	const { afterHole } = half;
	if (afterHole === undefined) return true;
	if (Math.abs(distance(afterHole, sequence)) > maxGap) return false;
	// Each may lie before all others, but together they must fit into a gap, or their order has no meaning.
	return distance(sequence, half.finAt ?? (half.heldEnd as number)) <= maxGap;
}
