import type { Timestamp } from '../../timestamp.js';
import { type Segment, TcpFlag } from '../../wire/segment.js';
import { add, difference } from './sequence.js';

/** Bytes that a page of tcpassembly takes. */
const PAGE_BYTES = 1900;

/** What ends a stream there. */
export type Ending = 'fin' | 'rst' | undefined;

/** A part of a segment that came too early. */
export interface Page {
	readonly seq: number;
	readonly bytes: Uint8Array;
	readonly ending: Ending;
	readonly seen: Timestamp;
	readonly packet: number;
}

/** How a segment ends its stream, if it does. */
export function endingOf(segment: Segment): Ending {
	if (segment.has(TcpFlag.rst)) return 'rst';
	return segment.has(TcpFlag.fin) ? 'fin' : undefined;
}

/** Cuts a copy of a segment into pages; one without payload makes an empty page. Only the last page has the ending. */
export function pagesOf(segment: Segment): Page[] {
	const { timestamp: seen, packet } = segment;
	// Not slice(): it may be a Buffer of Node, whose slice() is a view.
	const payload = new Uint8Array(segment.payload);
	const count = Math.max(1, Math.ceil(payload.length / PAGE_BYTES));
	return Array.from({ length: count }, (_, i) => ({
		seq: add(segment.seq >>> 0, i * PAGE_BYTES),
		bytes: payload.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES),
		ending: i === count - 1 ? endingOf(segment) : undefined,
		seen,
		packet,
	}));
}

/** Where the pages of a segment belong: behind all that are not beyond it, looked for from the end. */
export function placeOf(pages: readonly Page[], seq: number): number {
	let place = pages.length;
	while (place > 0 && difference((pages[place - 1] as Page).seq, seq) < 0) place--;
	return place;
}
