import { type Segment, TcpFlag } from '../wire/segment.js';
import {
	BACKWARD,
	BYTES,
	CONNECTION_FLAGS,
	ConnectionFlag,
	FORWARD,
	HALF_FLAGS,
	HalfFlag,
	LAST_NANOSECONDS,
	LAST_SECONDS,
	LAST_SEEN_MS,
	NEXT,
	PACKETS,
} from './connectionWords.js';
import type { FlowTable } from './flowTable.js';
import { ConnectionState } from './trackedConnection.js';

const { seen, started, closed, startUntold, disordered, confirmed, lost } = HalfFlag;
const LOOKED_AT = seen | started | closed | startUntold | disordered;
const ORDERLY = seen | started;
const ANY_CONTROL = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.urg;

/**
 * Takes note of a segment that comes in its turn in a flow where nothing is out of the ordinary, as nearly all do; here
 * nothing can happen but that the cursor moves. It asks the numbers of the row themselves, since this is what speed
 * depends on.
 *
 * @returns whether the segment was one; if not, nothing has changed.
 */
export function passInTurn(table: FlowTable, row: number, reversed: boolean, segment: Segment, now: number): boolean {
	const { words, doubles } = table;
	const at = row * table.width + table.keyWords;
	const half = at + (reversed ? BACKWARD : FORWARD);
	const { seq, length } = segment;
	if (
		((words[half + HALF_FLAGS] as number) & LOOKED_AT) !== ORDERLY ||
		(segment.flags & ANY_CONTROL) !== 0 ||
		segment.missing !== 0 ||
		(length !== 0 && seq !== words[half + NEXT])
	) {
		return false;
	}
	const opposite = words[at + (reversed ? FORWARD : BACKWARD) + HALF_FLAGS] as number;
	// The first acknowledgment decides where the other side starts, and one may say where it goes on.
	const position = opposite & (started | confirmed | lost);
	if (position !== 0 && position !== (started | confirmed)) return false;
	const state = (words[at + CONNECTION_FLAGS] as number) & ConnectionFlag.state;
	if (state !== ConnectionState.open && (state !== ConnectionState.halfOpen || (opposite & seen) !== 0)) return false;
	const { seconds, nanoseconds } = segment.timestamp;
	doubles[(at + LAST_SEEN_MS) >> 1] = now;
	doubles[(half + LAST_SECONDS) >> 1] = seconds;
	words[half + LAST_NANOSECONDS] = nanoseconds;
	words[half + PACKETS] = (words[half + PACKETS] as number) + 1;
	if (length === 0) return true;
	words[half + NEXT] = seq + length;
	doubles[(half + BYTES) >> 1] = (doubles[(half + BYTES) >> 1] as number) + length;
	return true;
}
