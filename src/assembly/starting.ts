import type { Carrier } from './carrier.js';
import { HalfFlag } from './connectionWords.js';
import { drain, drop, finish, say } from './delivery.js';
import type { EarlyFin } from './disorder.js';
import type { HalfConnection } from './halfConnection.js';
import { lengthOf } from './heldSegments.js';
import { distance } from './sequence.js';

/**
 * Where a flow starts: by its SYN, by the other side's word, or by what was seen first.
 */

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
export function sayStart(half: HalfConnection, carrier: Carrier): void {
	if (!half.has(HalfFlag.startUntold)) return;
	half.unmark(HalfFlag.startUntold);
	say(half, carrier, { start: true });
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

function setCursor(half: HalfConnection, first: number): void {
	half.startAt(first);
	const { disorder } = half;
	if (disorder?.finAt === undefined || distance(first, disorder.finAt) >= 0) return;
	drop(half, 'fin-out-of-window', disorder.finAt, 0, disorder.fin as EarlyFin);
	disorder.finAt = undefined;
}
