import { type Segment, TcpFlag } from '../wire/segment.js';
import { ConnectionFlag } from './connectionWords.js';
import type { HalfConnection } from './halfConnection.js';
import type { AssemblerSettings } from './limits.js';
import { distance } from './sequence.js';

/**
 * What a RST does:
 * - `accepted`: it ends the connection;
 * - `refusal`: its sender had sent its FIN before, so it only says that it will not read what the other side still
 *   sends; those bytes are on the wire all the same, and the other direction goes on;
 * - or why it is ignored.
 */
export type ResetMeaning = 'accepted' | 'refusal' | 'rst-in-window' | 'rst-out-of-window';

/**
 * Judges a RST by the flow that it came in (RFC 9293, section 3.5.3; RFC 5961, section 3.2): accepted is one that
 * refuses a SYN, or whose sequence number is exactly the next.
 */
export function judgeReset(half: HalfConnection, segment: Segment, settings: AssemblerSettings): ResetMeaning {
	if (!half.started) {
		const { opposite } = half;
		const refuses = segment.has(TcpFlag.ack) && opposite.started && segment.ack === opposite.next;
		// Without a cursor there is nothing to hold it against but the end of what is held.
		const fits = half.heldEnd === undefined || half.heldEnd === segment.seq;
		return refuses || fits ? 'accepted' : 'rst-in-window';
	}
	const ahead = distance(half.next, segment.seq);
	if (ahead === 0) return half.closed ? 'refusal' : 'accepted';
	if (ahead < 0 || ahead > settings.maxGap) return 'rst-out-of-window';
	return settings.rst === 'window' ? 'accepted' : 'rst-in-window';
}

/** Whether a segment of a flow that was reset goes on where it stood: then its RST was a forgery that nobody obeyed. */
export function goesOnAfterReset(half: HalfConnection, segment: Segment, maxGap: number): boolean {
	const didReset = half.connection.has(half.reversed ? ConnectionFlag.resetByBackward : ConnectionFlag.resetByForward);
	if (!didReset || !half.started || segment.length === 0) return false;
	if (segment.has(TcpFlag.rst) || segment.has(TcpFlag.syn)) return false;
	const ahead = distance(half.next, segment.seq);
	return ahead >= 0 && ahead <= maxGap;
}
