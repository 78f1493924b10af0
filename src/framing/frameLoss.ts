import type { Direction, Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';

/**
 * Why frames were left out:
 * - `gap`: bytes were missing;
 * - `too-long`: a frame has more than `maxFrameBytes`;
 * - `malformed`: a length that cannot be: shorter than its own header, or 2^53 and more;
 * - `unfinished`: the stream ended within a frame.
 */
export type FrameLossReason = (typeof frameLossReasons)[number];

/** The reasons, for whoever has to list them. */
export const frameLossReasons = ['gap', 'too-long', 'malformed', 'unfinished'] as const;

/** A place where frames were left out. It is told when it is known how much that was: at the next frame, or at the end. */
export interface FrameLoss {
	readonly reason: FrameLossReason;
	/** Where in the stream it begins: the frame that was begun, or the gap. */
	readonly offset: number;
	/** Bytes that came and are in no frame because of it. */
	readonly bytes: number;
	/** Bytes that never came; -1: nobody knows how many. */
	readonly missing: number;
	/** Nothing more came of this direction: the next frame could not be found, or was not looked for. */
	readonly stopped: boolean;
	readonly direction: Direction;
	/** Of the packet behind the gap, or of the one that the frame began with. */
	readonly packet: number;
	readonly seen: Timestamp;
	readonly flow: Flow | undefined;
}

/**
 * What a framer errors with where it is told to: the stream was damaged.
 *
 * @example
 * ```ts
 * connection.pipe(splitLines({ onGap: 'error' })).subscribe({
 * 	error: error => console.log(error instanceof FramingError && error.loss.reason),
 * });
 * ```
 */
export class FramingError extends Error {
	override readonly name = 'FramingError';

	constructor(
		/** What is known of the damage so far: `bytes` only counts what came before it. */
		readonly loss: FrameLoss,
	) {
		super(describeLoss(loss));
	}
}

/**
 * Counts what a framer left out, by reason.
 *
 * @example
 * ```ts
 * const dropped = new FrameLossCounter();
 * connection.pipe(splitLines({ dropped })).subscribe({ complete: () => console.log(dropped.counts, dropped.bytes) });
 * ```
 */
export class FrameLossCounter {
	/** How many places, by reason; reasons that did not occur are absent. */
	readonly counts: Partial<Record<FrameLossReason, number>> = {};
	/** Bytes that came and are in no frame. */
	bytes = 0;
	/** Bytes that never came, so far as anyone knows. */
	missing = 0;

	next({ reason, bytes, missing }: FrameLoss): void {
		this.counts[reason] = (this.counts[reason] ?? 0) + 1;
		this.bytes += bytes;
		if (missing > 0) this.missing += missing;
	}
}

function describeLoss({ reason, offset, missing, direction, packet, flow }: FrameLoss): string {
	const where = `at offset ${offset} of ${flow === undefined ? `the ${direction}` : String(flow)}, packet ${packet}`;
	const words = {
		gap: missing < 0 ? 'bytes are missing, nobody knows how many,' : `${missing} bytes are missing`,
		'too-long': 'a frame is longer than maxFrameBytes',
		malformed: 'a length that cannot be',
		unfinished: 'the stream ends within a frame',
	};
	return `${words[reason]} ${where}`;
}
