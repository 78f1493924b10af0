import type { Timestamp } from '../timestamp.js';
import type { CloseReason } from './closeReason.js';
import { HalfFlag } from './connectionWords.js';
import { commit, drain, finish, pass, say } from './delivery.js';
import type { HalfConnection } from './halfConnection.js';
import { distance } from './sequence.js';
import { pickUp } from './starting.js';

/**
 * How the waiting of a flow ends: by skipping what does not come.
 */

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
	say(half, { seen, packet }, { reason: said });
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
