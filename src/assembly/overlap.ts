import { distance } from './sequence.js';

/**
 * Who wins where two held segments overlap, as different TCP stacks decide it (Novak and Sturges, Target-Based TCP
 * Stream Reassembly, 2007): `bsd` is also what gopacket, Windows and macOS do.
 */
export type OverlapPolicy = 'bsd' | 'first' | 'last' | 'linux' | 'old-linux' | 'solaris';

/** The policies, for whoever has to check or list them. */
export const overlapPolicies: readonly OverlapPolicy[] = ['bsd', 'first', 'last', 'linux', 'old-linux', 'solaris'];

/** An interval of sequence numbers: `start` is in it, `end` is not. */
export interface Interval {
	readonly start: number;
	readonly end: number;
}

/** What two intervals share; it ends before it starts if that is nothing. */
export function intersectionOf(a: Interval, b: Interval): Interval {
	const start = distance(a.start, b.start) > 0 ? b.start : a.start;
	const end = distance(b.end, a.end) > 0 ? b.end : a.end;
	return { start, end };
}

/** Whether what came later wins the part that the two share. Bytes that were delivered never change; this is for held ones. */
export function newWins(policy: OverlapPolicy, newer: Interval, older: Interval): boolean {
	if (policy === 'first') return false;
	if (policy === 'last') return true;
	const starts = distance(older.start, newer.start);
	const ends = distance(older.end, newer.end);
	if (starts < 0) return policy !== 'solaris' || ends >= 0;
	if (starts > 0) return policy === 'solaris' && ends > 0;
	if (ends < 0) return false;
	return ends === 0 ? policy === 'old-linux' || policy === 'solaris' : policy !== 'bsd';
}
