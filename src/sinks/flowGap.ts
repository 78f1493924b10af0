import type { Reassembly } from '../assembly/reassembly.js';
import type { Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';

/** That bytes of a flow are missing. */
export interface FlowGap {
	readonly flow: Flow;
	/** How many; -1: the start of the flow was not seen, so nobody knows. */
	readonly length: number;
	/** Those among them that had come, and were dropped since too much waited. */
	readonly dropped: number;
	/** Where in the stream: the bytes, and the missing ones, before it. */
	readonly offset: number;
	/** When the chunk behind the gap (or the first one that was dropped) was captured, and the number of its packet. */
	readonly seen: Timestamp;
	readonly packet: number;
}

/** Bytes of a flow are missing, and its reader wanted to be told so by an error. */
export class LossError extends Error {
	override readonly name = 'LossError';

	constructor(readonly gap: FlowGap) {
		super(describe(gap));
	}
}

/** What is missing before a chunk. */
export function gapBefore({ flow, skip, offset, seen, packet }: Reassembly): FlowGap {
	return { flow, length: skip, dropped: 0, offset: offset - Math.max(skip, 0), seen, packet };
}

/** What is missing if a chunk is dropped, as well as what was missing already. */
export function gapOver(chunk: Reassembly, gap: FlowGap | undefined): FlowGap {
	const { flow, skip, offset, seen, packet, length } = chunk;
	const missing = Math.max(skip, 0) + length;
	if (gap === undefined) return { flow, length: missing, dropped: length, offset: offset + length - missing, seen, packet };
	return { ...gap, length: gap.length + missing, dropped: gap.dropped + length };
}

function describe({ flow, length, dropped, offset, packet }: FlowGap): string {
	const bytes = length < 0 ? 'the beginning is' : length === 1 ? '1 byte is' : `${length} bytes are`;
	const why = dropped > 0 ? `, ${dropped} of them dropped since too much waited` : '';
	return `${flow}: ${bytes} missing at byte ${offset}, before packet ${packet}${why}`;
}
