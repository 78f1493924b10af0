import type { AgeHeap, Aging } from './ageHeap.js';
import type { Carrier } from './carrier.js';
import type { HeldSegments } from './heldSegments.js';
import type { SkippedHole } from './skippedHole.js';
import type { UrgentMarks } from './urgentMarks.js';

/** A FIN that has come, but not all before it. */
export interface EarlyFin extends Carrier {
	/** The engine's time when it came, in ms. */
	readonly heldAt: number;
}

/**
 * What one direction has beyond its cursor and its counters: most never need it.
 *
 * @typeParam Owner what the direction is of.
 */
export class Disorder<Owner = unknown> implements Aging {
	held: HeldSegments | undefined = undefined;
	/** Where its FIN stands, if that has come. */
	finAt: number | undefined = undefined;
	fin: EarlyFin | undefined = undefined;
	/** Bytes that are missing before the next chunk; -1: nobody knows how many. */
	pendingSkip = 0;
	skippedHole: SkippedHole | undefined = undefined;
	/** Where the last segment was that was too far ahead. */
	lostAt: number | undefined = undefined;
	/** Urgent bytes that are to be taken out. */
	urgent: UrgentMarks | undefined = undefined;
	/** The first sequence number of another SYN that has come before any data. */
	rivalFirst: number | undefined = undefined;

	skipped = 0;
	dropped = 0;
	retransmitted = 0;
	outOfOrder = 0;
	overlapped = 0;

	/** Where it is listed while it waits. */
	heap: AgeHeap<Disorder<Owner>> | undefined = undefined;
	heapIndex = -1;

	constructor(
		readonly id: number,
		readonly connection: Owner,
		readonly reversed: boolean,
	) {}

	/** Something is held, or its FIN has come, behind a hole. */
	get isWaiting(): boolean {
		return this.finAt !== undefined || (this.held?.segments ?? 0) > 0;
	}

	/** Since when it waits, in ms of the engine's time: when the first of what is held came. */
	get waitingSince(): number {
		return this.held?.first?.heldAt ?? this.fin?.heldAt ?? Number.POSITIVE_INFINITY;
	}

	/** There is nothing that a segment in its turn would have to look at. */
	get isCalm(): boolean {
		return !this.isWaiting && this.pendingSkip === 0 && this.rivalFirst === undefined && (this.urgent?.isEmpty ?? true);
	}

	/** Lets go of all that only an open direction needs. */
	release(): void {
		this.held?.clear();
		this.held = undefined;
		this.finAt = undefined;
		this.fin = undefined;
		this.rivalFirst = undefined;
		this.urgent = undefined;
	}
}
