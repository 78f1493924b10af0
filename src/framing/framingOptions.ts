import { type Checks, having, limit, oneOf } from '../codec.js';
import type { FrameLoss } from './frameLoss.js';

/**
 * What to do where frames are damaged:
 * - `resync`: leave the damaged frame out, and go on with the next one, if it can be found; else nothing more comes of the direction;
 * - `stop`: nothing more comes of the direction;
 * - `error`: a {@link FramingError}.
 */
export type OnDamage = 'resync' | 'stop' | 'error';

/** What to do with a frame that the stream ends in: emit what there is of it, leave it out, or a {@link FramingError}. */
export type OnUnfinished = 'emit' | 'drop' | 'error';

/** What every framer can be told. */
export interface FramingOptions {
	/** Bytes of a frame, without its delimiter, but with its header; also what is kept of one that is not complete. Default 1 MiB. */
	readonly maxFrameBytes?: number | undefined;
	/** What to do where bytes are missing. Default `'resync'`. */
	readonly onGap?: OnDamage | undefined;
	/** What to do with a frame that is longer than `maxFrameBytes`, or has a length that cannot be. Default `'resync'`. */
	readonly onBadFrame?: OnDamage | undefined;
	/** Is told of everything that was left out: a {@link FrameLossCounter}, a Subject, anything with `next()`. */
	readonly dropped?: { next(loss: FrameLoss): void } | undefined;
}

const onDamage = oneOf('resync', 'stop', 'error');

export const framingChecks: Checks<FramingOptions> = {
	maxFrameBytes: limit,
	onGap: onDamage,
	onBadFrame: onDamage,
	dropped: having('next'),
};

export const onUnfinished = oneOf('emit', 'drop', 'error');

/** The options of a framer with their defaults. */
export interface FramingRules {
	readonly maxFrameBytes: number;
	readonly onGap: OnDamage;
	readonly onBadFrame: OnDamage;
	readonly unfinished: OnUnfinished;
	readonly dropped: { next(loss: FrameLoss): void } | undefined;
}

/** Fills in the defaults. */
export function rulesOf(
	{ maxFrameBytes = 2 ** 20, onGap = 'resync', onBadFrame = 'resync', dropped }: FramingOptions,
	unfinished: OnUnfinished,
): FramingRules {
	return { maxFrameBytes, onGap, onBadFrame, unfinished, dropped };
}
