import { type Segment, TcpFlag } from '../wire/segment.js';
import { HalfFlag } from './connectionWords.js';
import { commit } from './delivery.js';
import type { HalfConnection } from './halfConnection.js';
import { advance, distance } from './sequence.js';
import { restart } from './starting.js';

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
		const { afterHole } = half;
		return afterHole === undefined || isShortlyBefore(first, afterHole, maxGap) ? 'start' : 'reuse';
	}
	if (!half.synSeen) return isShortlyBefore(first, half.first, maxGap) ? 'late' : 'reuse';
	const nothingCame = half.next === half.first && (!half.isWaiting || half.holdsTentative);
	if (nothingCame && !half.confirmed) return 'undecided';
	return segment.has(TcpFlag.ack) ? 'contradiction' : 'reuse';
}

/** Whether a SYN is the one of a flow again, or would have been that of a flow which was picked up without it. */
export function isOwnSyn(half: HalfConnection, segment: Segment, maxGap: number): boolean {
	const first = advance(segment.seq, 1);
	if (half.synSeen) return first === half.first;
	return half.started && isShortlyBefore(first, half.first, maxGap);
}

/**
 * Takes the other side's acknowledgment for what it says about the start of a flow (RFC 9293, section 3.5), and about the
 * payload of its SYN.
 *
 * @returns whether that has changed anything but that the start is confirmed.
 */
export function confirmStart(half: HalfConnection, ack: number, maxGap: number): boolean {
	if (!half.started || half.confirmed) return false;
	const { first, otherFirst } = half;
	const counts = isShortlyBefore(first, ack, maxGap);
	const otherCounts = otherFirst !== undefined && isShortlyBefore(otherFirst, ack, maxGap);
	if (!counts && !otherCounts) return false;
	half.mark(HalfFlag.confirmed);
	half.forgetRival();
	if (!otherCounts || (counts && distance(first, ack) <= distance(otherFirst, ack))) return acknowledge(half, ack);
	restart(half, otherFirst);
	return true;
}

/** What of its SYN's payload the other side has taken is not sent again. */
function acknowledge(half: HalfConnection, ack: number): boolean {
	if (!half.holdsTentative || distance(half.next, ack) <= 0) return false;
	commit(half, ack);
	return true;
}

/** Whether a SYN-ACK may be believed where it says that the other side's first byte has number `ack`. */
export function canStartAt(half: HalfConnection, ack: number, maxGap: number): boolean {
	return !half.started && !half.closed && (half.afterHole === undefined || isShortlyBefore(ack, half.afterHole, maxGap));
}

function isShortlyBefore(sequence: number, reference: number, maxGap: number): boolean {
	const ahead = distance(sequence, reference);
	return ahead >= 0 && ahead <= maxGap;
}
