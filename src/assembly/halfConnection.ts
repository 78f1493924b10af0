import type { Direction, Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import type { AgeHeap } from './ageHeap.js';
import type { AnomalyKind } from './anomaly.js';
import type { FlowStatistics } from './connection.js';
import type { Engine } from './engine.js';
import { HeldSegments, lengthOf, type Piece, partOf } from './heldSegments.js';
import { type Interval, intersectionOf } from './overlap.js';
import { type ChunkOwner, type CloseReason, Reassembly } from './reassembly.js';
import { advance, distance, FAR } from './sequence.js';
import { SkippedHole } from './skippedHole.js';
import type { TrackedConnection } from './trackedConnection.js';

const noBytes = new Uint8Array(0);

/** The packet that a chunk came with. */
interface Carrier {
	readonly seen: Timestamp;
	/** Number of the packet. */
	readonly packet: number;
}

/**
 * One direction of a connection: a cursor, and what is held beyond it.
 *
 * Invariant: all before `next` was delivered, skipped or dropped; all that is held lies behind `next` and before the
 * FIN. Until the flow has started there is no cursor, and all is held.
 */
export class HalfConnection implements ChunkOwner {
	#flow: Flow | undefined;
	/** Its start is settled: `next` is a cursor. */
	started = false;
	closed = false;
	/** The sequence number that is expected next. */
	next = 0;
	/** Sequence number of the first byte. */
	first = 0;
	/** Its SYN was seen, so that `first - 1` is its initial sequence number. */
	synSeen = false;
	/** The first sequence number of another SYN that has come before any data. */
	rivalFirst: number | undefined;
	/** The other side has acknowledged its SYN. */
	confirmed = false;
	/** The other side has said that it will not read what still comes. */
	refused = false;
	/** A chunk of it was handed out. */
	private told = false;
	private finAt: number | undefined;
	private fin: (Carrier & { readonly heldAt: number }) | undefined;
	private held: HeldSegments | undefined;
	/** Bytes that are missing before the next chunk; -1: nobody knows how many. */
	private pendingSkip = 0;
	private skippedHole: SkippedHole | undefined;

	/** Where the assembler lists it while it waits. */
	heap: AgeHeap<HalfConnection> | undefined;
	heapIndex = -1;

	packets = 0;
	bytes = 0;
	skipped = 0;
	dropped = 0;
	retransmitted = 0;
	outOfOrder = 0;
	firstSeen: Timestamp | undefined;
	lastSeen: Timestamp | undefined;

	constructor(
		private readonly engine: Engine,
		readonly connection: TrackedConnection,
		readonly id: number,
		private readonly reversed: boolean,
	) {}

	get flow(): Flow {
		this.#flow ??= this.connection.flowOf(this.reversed);
		return this.#flow;
	}

	get direction(): Direction {
		return this.connection.directionOf(this);
	}

	/** A packet of it was seen, or the other side's SYN-ACK has told that it is there. */
	get isKnown(): boolean {
		return this.packets > 0 || this.told;
	}

	/** Where it starts if not at `first`: of two SYNs, nobody has said yet which one counts. */
	get otherFirst(): number | undefined {
		return this.next === this.first ? this.rivalFirst : undefined;
	}

	/** Something is held, or its FIN has come, behind a hole. */
	get isWaiting(): boolean {
		return this.heldSegments > 0 || (this.finAt !== undefined && !this.closed);
	}

	/** Since when it waits, in ms of the engine's time: when the first of what is held came. */
	get waitingSince(): number {
		return this.held?.first?.heldAt ?? this.fin?.heldAt ?? Number.POSITIVE_INFINITY;
	}

	get heldBytes(): number {
		return this.held?.bytes ?? 0;
	}

	get heldSegments(): number {
		return this.held?.segments ?? 0;
	}

	/** The nearest sequence number behind the lowest hole: of what is held, else of the FIN. */
	get afterHole(): number | undefined {
		return this.heldFirst ?? this.finAt;
	}

	/** Behind the highest one that is held, if any is. */
	get heldEnd(): number | undefined {
		return this.held?.last?.end;
	}

	statistics(): FlowStatistics {
		const { flow, packets, bytes, skipped, dropped, retransmitted, outOfOrder, firstSeen, lastSeen } = this;
		return { flow, packets, bytes, skipped, dropped, retransmitted, outOfOrder, firstSeen, lastSeen };
	}

	/** Counts a packet. */
	see(segment: Segment): void {
		this.packets++;
		this.firstSeen ??= segment.timestamp;
		this.lastSeen = segment.timestamp;
	}

	/** Starts it where its SYN, or the other side's SYN-ACK, says that its first byte is. */
	start(first: number, carrier: Carrier): void {
		this.setCursor(first);
		this.emit(noBytes, 0, 0, carrier.seen, carrier.packet, true, false);
		this.drain();
		this.finish();
	}

	/** Moves the start, from which nothing has been delivered. */
	restart(first: number): void {
		this.rivalFirst = undefined;
		// What is held belongs to the other start, unless they are near.
		if (Math.abs(distance(this.first, first)) > this.engine.settings.maxGap) this.dropHeld();
		this.setCursor(first);
		this.drain();
		this.finish();
	}

	/** Starts it at `first` although nobody saw its SYN: what was before is not known. */
	pickUp(first: number): void {
		this.setCursor(first);
		this.pendingSkip = -1;
	}

	/** Starts it at `next`, where nothing is missing, although this is not its start. */
	resume(next: number): void {
		this.setCursor(next);
	}

	/** Takes the payload of a segment, which begins at `seq`, and its FIN. */
	receive(segment: Segment, seq: number, fin: boolean): void {
		const { length } = segment;
		const plain = !fin && segment.missing === 0 && this.finAt === undefined && this.heldSegments === 0;
		if (plain && this.started && seq === this.next) {
			this.next = advance(seq, length);
			this.emit(segment.block, segment.payloadAt, segment.payloadAt + length, segment.timestamp, segment.packet, false, false);
			return;
		}
		// Data decide between two SYNs where the other side's ACK was not captured.
		if (seq === this.otherFirst) this.restart(seq);
		if (!this.isNear(seq) || segment.missing > this.engine.settings.maxGap) {
			this.drop('far-segment', seq, length, { seen: segment.timestamp, packet: segment.packet });
			return;
		}
		if (fin) this.noteFin(advance(seq, length + segment.missing), segment);
		if (length + segment.missing > 0) this.receivePiece(this.pieceOf(segment, seq, fin));
		this.finish();
	}

	/** Counts the payload of a segment, which begins at `seq`, that came after the flow had ended. */
	receiveAfterClose(segment: Segment, seq: number): void {
		const { length, timestamp, packet } = segment;
		if (length === 0) return;
		const end = advance(seq, length);
		// A byte in the place of the FIN alone is a keepalive.
		if (this.started && distance(this.next, end) <= 0) {
			this.retransmitted++;
			return;
		}
		const fresh = this.started ? Math.min(length, distance(this.finAt ?? this.next, end)) : length;
		const kind = this.connection.isOver ? 'data-after-close' : 'data-after-fin';
		this.drop(kind, advance(end, -fresh), fresh, { seen: timestamp, packet });
	}

	/** Gives up on the lowest hole: jumps to what lies behind it, and delivers that and what follows. */
	skipHole(): void {
		const target = this.afterHole;
		if (target === undefined) return;
		if (this.started) this.pass(distance(this.next, target));
		else this.pickUp(target);
		this.drain();
		this.finish();
	}

	/** Ends it; what is held goes out first, with its skips. */
	close(reason: CloseReason, packet: number): void {
		while (!this.closed && this.isWaiting) this.skipHole();
		if (this.closed) return;
		this.closed = true;
		const seen = this.lastSeen ?? (this.connection.opposite(this).lastSeen as Timestamp);
		this.emit(noBytes, 0, 0, seen, packet, false, false, this.refused ? 'rst' : reason);
	}

	/** Counts payload that nobody gets, and says why. */
	drop(kind: AnomalyKind, sequence: number, length: number, carrier: Carrier): void {
		this.dropped += length;
		this.engine.note(kind, this, sequence, length, carrier.seen, carrier.packet);
	}

	private receivePiece(whole: Piece): void {
		const piece = this.newPartOf(whole);
		if (piece === undefined) return;
		if (!this.started || piece.start !== this.next) {
			this.outOfOrder++;
			if (lengthOf(piece) > 0) this.hold(piece, true);
			else this.passTo(piece);
			return;
		}
		const { heldFirst } = this;
		const reachesHeld = heldFirst !== undefined && distance(heldFirst, piece.end) > 0;
		if (reachesHeld) this.hold(piece, false);
		else this.deliver(piece);
		this.drain();
	}

	/** What of a piece lies behind the cursor and before the FIN; undefined if nothing does. */
	private newPartOf(whole: Piece): Piece | undefined {
		let piece = whole;
		const behindFin = this.finAt === undefined ? 0 : distance(this.finAt, piece.end);
		if (behindFin > 0) {
			const length = Math.min(behindFin, lengthOf(piece));
			this.drop('data-after-fin', advance(piece.end, -length), length, piece);
			piece = { ...piece, end: advance(piece.end, -length), missing: 0 };
			if (lengthOf(piece) === 0) return undefined;
		}
		const old = this.started ? distance(piece.start, this.next) : 0;
		if (old <= 0) return piece;
		const length = lengthOf(piece);
		const isLate = this.dropLate(piece);
		if (old < length) return partOf(piece, this.next, piece.end);
		if (!isLate && length > 0) this.retransmitted++;
		const missing = length + piece.missing - old;
		return missing > 0 ? { ...piece, start: this.next, end: this.next, missing } : undefined;
	}

	/** Drops what of a piece lies before the start, or in the hole that was skipped last; false if nothing does. */
	private dropLate(piece: Piece): boolean {
		const startIsFar = this.synSeen || this.bytes + this.skipped > FAR;
		const beforeStart = startIsFar ? undefined : intersectionOf(piece, { start: piece.start, end: this.first });
		const lost = [beforeStart, this.skippedHole?.sharedWith(piece)].filter(late => late !== undefined && lengthOf(late) > 0);
		for (const late of lost as Interval[]) this.drop('late-data', late.start, lengthOf(late), piece);
		return lost.length > 0;
	}

	private dropHeld(): void {
		this.finAt = undefined;
		const first = this.held?.first;
		if (first !== undefined) this.drop('far-segment', first.start, this.held?.truncate(first.start) ?? 0, first);
	}

	private hold(piece: Piece, mustCopy: boolean): void {
		this.held ??= new HeldSegments(this.engine.settings.overlap, this.engine.held);
		const { block, at } = piece;
		const kept = mustCopy ? { ...piece, block: this.engine.copy(block, at, at + lengthOf(piece)), at: 0 } : piece;
		const added = this.held.insert(kept, (newer, from, length) => {
			this.engine.note('overlap-conflict', this, from, length, newer.seen, newer.packet);
		});
		if (added === 0) this.retransmitted++;
	}

	/** Delivers what is held at the cursor. */
	private drain(): void {
		for (let piece = this.held?.first; piece !== undefined && !this.closed; piece = this.held?.first) {
			if (distance(this.next, piece.start) > 0) return;
			this.held?.shift();
			const fresh = this.newPartOf(piece);
			if (fresh !== undefined) this.deliver(fresh);
		}
	}

	/** Delivers a piece that begins at the cursor. */
	private deliver(piece: Piece): void {
		const { block, at, missing } = piece;
		const length = lengthOf(piece);
		this.next = piece.end;
		const end = piece.fin && missing === 0 && this.finAt === piece.end;
		if (end) this.reachFin();
		if (length > 0) this.emit(block, at, at + length, piece.seen, piece.packet, false, end);
		if (missing > 0) this.passCut(missing);
	}

	/** Bytes behind a piece were cut off by the capture: they are not waited for, unless they are there already. */
	private passCut(missing: number): void {
		const { afterHole } = this;
		this.pass(afterHole === undefined ? missing : Math.min(missing, distance(this.next, afterHole)));
	}

	/**
	 * Of a piece behind a hole nothing was captured. There is nothing to hold, so only what else is held makes it worth
	 * waiting for the hole; or else a capture of headers would wait for ever where it lost one.
	 */
	private passTo(piece: Piece): void {
		if (!this.started || this.heldSegments > 0) return;
		this.pass(distance(this.next, piece.start));
		this.passCut(piece.missing);
	}

	private pass(length: number): void {
		if (length <= 0) return;
		this.skippedHole ??= new SkippedHole();
		this.skippedHole.add(this.next, length);
		this.next = advance(this.next, length);
		// Nobody knows how many bytes came before those that a flow was picked up at; these are some more of them.
		if (this.pendingSkip < 0) return;
		this.skipped += length;
		this.pendingSkip += length;
	}

	private get heldFirst(): number | undefined {
		return this.held?.first?.start;
	}

	private noteFin(at: number, segment: Segment): void {
		if (this.finAt !== undefined || this.closed) return;
		const carrier = { seen: segment.timestamp, packet: segment.packet, heldAt: this.engine.now };
		if (this.started && distance(this.next, at) < 0) this.drop('fin-out-of-window', at, 0, carrier);
		else {
			this.finAt = at;
			this.fin = carrier;
			const behind = this.held?.truncate(at) ?? 0;
			if (behind > 0) this.drop('data-after-fin', at, behind, carrier);
		}
	}

	/** Ends the flow if all before its FIN has come, and the chunk that did has not said so. */
	private finish(): void {
		if (this.closed || !this.started || this.finAt !== this.next) return;
		const { seen, packet } = this.fin as Carrier;
		this.reachFin();
		this.emit(noBytes, 0, 0, seen, packet, false, true);
	}

	private reachFin(): void {
		this.closed = true;
		this.next = advance(this.next, 1);
	}

	private setCursor(first: number): void {
		this.started = true;
		this.first = first;
		this.next = first;
		if (this.finAt !== undefined && distance(first, this.finAt) < 0) {
			this.drop('fin-out-of-window', this.finAt, 0, this.fin as Carrier);
			this.finAt = undefined;
		}
	}

	/** Whether a sequence number is near enough to what is known to be waited for. */
	private isNear(sequence: number): boolean {
		const { maxGap } = this.engine.settings;
		if (this.started) return distance(this.next, sequence) <= maxGap;
		const { afterHole } = this;
		if (afterHole === undefined) return true;
		const ahead = distance(afterHole, sequence);
		if (Math.abs(ahead) > maxGap) return false;
		// Each may lie before all others, but together they must fit into a gap, or their order has no meaning.
		return distance(sequence, this.finAt ?? (this.heldEnd as number)) <= maxGap;
	}

	private pieceOf(segment: Segment, seq: number, fin: boolean): Piece {
		const { block, payloadAt, length, missing, timestamp, packet } = segment;
		const end = advance(seq, length);
		const whole = { start: seq, end };
		return { start: seq, end, segment: whole, block, at: payloadAt, missing, fin, seen: timestamp, packet, heldAt: this.engine.now };
	}

	private emit(
		block: Uint8Array,
		from: number,
		to: number,
		seen: Timestamp,
		packet: number,
		start: boolean,
		end: boolean,
		reason?: CloseReason,
	): void {
		const { pendingSkip, connection } = this;
		this.pendingSkip = 0;
		this.told = true;
		this.bytes += to - from;
		connection.settleRoles();
		const closed = end ? 'fin' : reason;
		const last = closed !== undefined && connection.isOver;
		this.engine.emit(new Reassembly(this, block, from, to, pendingSkip, start, end, seen, packet, closed, last));
	}
}
