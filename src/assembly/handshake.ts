import { type Segment, TcpFlag } from '../wire/segment.js';
import type { HalfConnection } from './halfConnection.js';
import { advance, distance } from './sequence.js';

/**
 * What a SYN is to a flow:
 * - `start`: the start that it has waited for;
 * - `repeated`: the same again;
 * - `late`: that of a flow which was picked up without it;
 * - `undecided`: another one, and the other side's ACK has not said yet which counts;
 * - `contradiction`: a SYN-ACK that cannot be, on a running connection;
 * - `reuse`: the first of a new connection between the same ends.
 */
export type SynMeaning = 'start' | 'repeated' | 'late' | 'undecided' | 'contradiction' | 'reuse';

/** Judges a SYN (or SYN-ACK) by what is known of its flow. */
export function judgeSyn(half: HalfConnection, segment: Segment, maxGap: number): SynMeaning {
	const first = advance(segment.seq, 1);
	if (half.synSeen && (first === half.first || first === half.otherFirst)) return 'repeated';
	if (!half.started) {
		const { heldFirst } = half;
		return heldFirst === undefined || isShortlyBefore(first, heldFirst, maxGap) ? 'start' : 'reuse';
	}
	if (!half.synSeen) return isShortlyBefore(first, half.first, maxGap) ? 'late' : 'reuse';
	const nothingCame = half.next === half.first && !half.isWaiting;
	if (nothingCame && !half.confirmed) return 'undecided';
	return segment.has(TcpFlag.ack) ? 'contradiction' : 'reuse';
}

/** Takes the other side's acknowledgment for what it says about the start of a flow (RFC 9293, section 3.5). */
export function confirmStart(half: HalfConnection, ack: number, maxGap: number): void {
	if (!half.started || half.confirmed) return;
	const { first, otherFirst } = half;
	const ahead = distance(first, ack);
	if (otherFirst !== undefined) {
		const otherAhead = distance(otherFirst, ack);
		const otherCounts = otherAhead >= 0 && otherAhead <= maxGap && (ahead < 0 || otherAhead < ahead);
		if (otherCounts) half.restart(otherFirst);
		else half.otherFirst = undefined;
		half.confirmed = true;
	} else if (ahead >= 0 && ahead <= maxGap) {
		half.confirmed = true;
	}
}

/** Whether a SYN-ACK may be believed where it says that the other side's first byte has number `ack`. */
export function canStartAt(half: HalfConnection, ack: number, maxGap: number): boolean {
	return !half.started && !half.closed && (half.heldFirst === undefined || isShortlyBefore(ack, half.heldFirst, maxGap));
}

function isShortlyBefore(sequence: number, reference: number, maxGap: number): boolean {
	const ahead = distance(sequence, reference);
	return ahead >= 0 && ahead <= maxGap;
}
