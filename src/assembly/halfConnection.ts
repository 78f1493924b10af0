import type { Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import type { CloseReason } from './closeReason.js';
import {
	BACKWARD,
	FIRST,
	FORWARD,
	HALF_FLAGS,
	HalfFlag,
	LAST_NANOSECONDS,
	LAST_SECONDS,
	NEXT,
	notePacket,
	POSITION,
	reasonBits,
	reasonIn,
	timestampIn,
} from './connectionWords.js';
import { Disorder } from './disorder.js';
import type { Engine } from './engine.js';
import type { TrackedConnection } from './trackedConnection.js';
import { UrgentMarks } from './urgentMarks.js';

/**
 * One direction of a connection: a cursor, and what is held beyond it. It is a view of its words in the table, made when
 * it is needed, and good until the next connection is opened; two views of one direction are the same.
 *
 * Invariant: all before `next` was delivered, skipped or dropped; all that is held lies behind `next` and before the
 * FIN. Until the flow has started there is no cursor, and all is held.
 */
export class HalfConnection {
	private readonly at: number;
	private readonly words: Int32Array;
	private readonly doubles: Float64Array;

	constructor(
		readonly connection: TrackedConnection,
		/** It goes from the higher end to the lower. */
		readonly reversed: boolean,
	) {
		this.at = connection.at + (reversed ? BACKWARD : FORWARD);
		this.words = connection.table.words;
		this.doubles = connection.table.doubles;
	}

	/** Orders directions by age: the lower is the older. */
	get id(): number {
		return 2 * this.connection.id + (this.reversed ? 1 : 0);
	}

	get engine(): Engine {
		return this.connection.engine;
	}

	get flow(): Flow {
		return this.connection.flowOf(this.reversed);
	}

	get opposite(): HalfConnection {
		return new HalfConnection(this.connection, !this.reversed);
	}

	get isSeen(): boolean {
		return this.has(HalfFlag.seen);
	}

	/** A packet of it was seen, or a chunk was handed out. */
	get isKnown(): boolean {
		return (this.flags & (HalfFlag.seen | HalfFlag.told)) !== 0;
	}

	/** There is a cursor. */
	get started(): boolean {
		return this.has(HalfFlag.started);
	}

	get closed(): boolean {
		return this.has(HalfFlag.closed);
	}

	/** Its SYN was seen, so that `first - 1` is its initial sequence number. */
	get synSeen(): boolean {
		return this.has(HalfFlag.synSeen);
	}

	/** The other side has acknowledged its SYN. */
	get confirmed(): boolean {
		return this.has(HalfFlag.confirmed);
	}

	/** The sequence number that is expected next. */
	get next(): number {
		return this.words[this.at + NEXT] as number;
	}

	set next(sequence: number) {
		this.words[this.at + NEXT] = sequence;
	}

	/** Sequence number of the first byte. */
	get first(): number {
		return this.words[this.at + FIRST] as number;
	}

	/** Where in its stream the cursor is: bytes delivered, and skipped as far as they could be counted. */
	get position(): number {
		return this.doubles[(this.at + POSITION) >> 1] as number;
	}

	set position(position: number) {
		this.doubles[(this.at + POSITION) >> 1] = position;
	}

	/** When its last packet was captured; undefined if none was. */
	get lastSeen(): Timestamp | undefined {
		return timestampIn(this.connection.table, this.at, LAST_SECONDS, LAST_NANOSECONDS);
	}

	/** What it has out of order, if it ever had anything. */
	get disorder(): Disorder<TrackedConnection> | undefined {
		return this.connection.disorderOf(this.reversed);
	}

	/** Where it starts if not at `first`: of two SYNs, nobody has said yet which one counts. */
	get otherFirst(): number | undefined {
		return this.next === this.first ? this.disorder?.rivalFirst : undefined;
	}

	/** Something is held, or its FIN has come, behind a hole. */
	get isWaiting(): boolean {
		return !this.closed && (this.disorder?.isWaiting ?? false);
	}

	/** Nothing is held, and nothing has to be said before the next chunk. */
	get isOrderly(): boolean {
		return (this.flags & HalfFlag.disordered) === 0;
	}

	get heldBytes(): number {
		return this.disorder?.held?.bytes ?? 0;
	}

	get heldSegments(): number {
		return this.disorder?.held?.segments ?? 0;
	}

	get finAt(): number | undefined {
		return this.disorder?.finAt;
	}

	/** The nearest sequence number behind the lowest hole: of what is held, else of the FIN. */
	get afterHole(): number | undefined {
		return this.disorder?.held?.first?.start ?? this.finAt;
	}

	/** Behind the highest one that is held, if any is. */
	get heldEnd(): number | undefined {
		return this.disorder?.held?.last?.end;
	}

	/** What is held at the cursor is the payload of its SYN, which the other side has not acknowledged. */
	get holdsTentative(): boolean {
		const first = this.disorder?.held?.first;
		return first?.tentative === true && first.start === this.next;
	}

	/** By what it was closed, if it was. */
	get closedBy(): CloseReason | undefined {
		return reasonIn(this.flags);
	}

	/** Whether all of these bits of {@link HalfFlag} are set. */
	has(flags: number): boolean {
		return (this.flags & flags) === flags;
	}

	/** Sets bits of {@link HalfFlag}. */
	mark(flags: number): void {
		this.words[this.at + HALF_FLAGS] = this.flags | flags;
	}

	/** Clears them. */
	unmark(flags: number): void {
		this.words[this.at + HALF_FLAGS] = this.flags & ~flags;
	}

	/** Counts a packet. */
	see({ timestamp }: Segment): void {
		notePacket(this.connection.table, this.at, timestamp);
	}

	/** Puts the cursor where its first byte is. */
	startAt(first: number): void {
		this.words[this.at + FIRST] = first;
		this.next = first;
		this.mark(HalfFlag.started);
	}

	/** Ends it, and lets go of what only an open one needs. */
	closeBy(reason: CloseReason): void {
		this.mark(HalfFlag.closed | reasonBits(reason));
		this.disorder?.release();
	}

	/** From here on, segments in their turn are looked at more closely. */
	disturb(): Disorder<TrackedConnection> {
		this.mark(HalfFlag.disordered);
		return this.rarities();
	}

	/** Another SYN may have said something else, but this start counts. */
	forgetRival(): void {
		if (this.disorder !== undefined) this.disorder.rivalFirst = undefined;
	}

	/** Lets segments in their turn pass again, if nothing is in their way. */
	calmDown(): void {
		if (this.disorder?.isCalm ?? true) this.unmark(HalfFlag.disordered);
	}

	/** A segment was too far ahead: if it was none of an attacker, the other side will acknowledge what follows it. */
	loseTrack(sequence: number): void {
		this.mark(HalfFlag.lost);
		this.rarities().lostAt = sequence;
	}

	/** It is known again where it is. */
	findTrack(): void {
		this.unmark(HalfFlag.lost);
		this.rarities().lostAt = undefined;
	}

	/** There is an urgent byte that is to be taken out. */
	markUrgent(sequence: number): void {
		const disorder = this.disturb();
		disorder.urgent ??= new UrgentMarks();
		disorder.urgent.add(sequence);
	}

	/** What its next chunk has to say is missing before it. */
	takePendingSkip(): number {
		const { disorder } = this;
		if (disorder === undefined) return 0;
		const skip = disorder.pendingSkip;
		disorder.pendingSkip = 0;
		return skip;
	}

	/** Counts bytes that nobody gets. */
	countDropped(bytes: number): void {
		this.rarities().dropped += bytes;
	}

	/** Counts a packet that brought nothing new. */
	countRetransmitted(): void {
		this.rarities().retransmitted++;
	}

	/** Counts a packet that came too early. */
	countOutOfOrder(): void {
		this.rarities().outOfOrder++;
	}

	private rarities(): Disorder<TrackedConnection> {
		if (this.disorder !== undefined) return this.disorder;
		const disorder = new Disorder(this.id, this.connection, this.reversed);
		if (this.reversed) this.connection.backwardDisorder = disorder;
		else this.connection.forwardDisorder = disorder;
		return disorder;
	}

	private get flags(): number {
		return this.words[this.at + HALF_FLAGS] as number;
	}
}
