import { checkOptions, oneOf } from '../codec.js';
import { DelimiterFramer, type DelimiterOptions } from './delimiterFramer.js';
import { Frame, type FrameMaker } from './frame.js';
import type { FramerFactory } from './framer.js';
import { framingChecks, onUnfinished, rulesOf } from './framingOptions.js';

/** How the bytes of a line become text: `utf-8`, where what is none becomes U+FFFD; `latin1`, where each byte is a character. */
export type LineEncoding = 'utf-8' | 'latin1';

/** What {@link lineFramer} can be told. */
export interface LineOptions extends DelimiterOptions {
	/** What `text` makes of the bytes. Default `'utf-8'`. */
	readonly encoding?: LineEncoding | undefined;
}

/**
 * A line, without its end. The text is made when it is asked for.
 *
 * @example
 * ```ts
 * connection.pipe(splitLines()).subscribe(({ text, length }) => console.log(text, length));
 * ```
 */
export class Line extends Frame {
	/** As text: invalid UTF-8 becomes U+FFFD, a byte order mark stays. A line is decoded whole, so no character is ever cut. */
	get text(): string {
		return utf8.decode(this.bytes);
	}
}

/** A line in which each byte is a character. */
class Latin1Line extends Line {
	override get text(): string {
		return latin1Of(this.bytes);
	}
}

/**
 * Makes framers that cut into lines, which end with `\n` or `\r\n`; a `\r` anywhere else belongs to its line.
 *
 * Behind a gap, and behind a line that is too long, the next line begins after the next `\n`. So the first line of a flow
 * whose start was not seen is left out. A last line without an end is emitted, unless `unfinished` says otherwise.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const framer = lineFramer({ maxFrameBytes: 8192 })(line => console.log(line.offset, line.text));
 * framer.push(bytes, { direction: 'client', packet: 1, seen: Timestamp.fromMs(0) });
 * ```
 */
export function lineFramer(options: LineOptions = {}): FramerFactory<Line> {
	const checks = { ...framingChecks, unfinished: onUnfinished, encoding: oneOf<LineEncoding>('utf-8', 'latin1') };
	const { encoding, unfinished = 'emit', ...rest } = checkOptions<LineOptions>('lineFramer', checks, options);
	const make: FrameMaker<Line> = encoding === 'latin1' ? Latin1Line : Line;
	const rules = rulesOf(rest, unfinished);
	return emit => new DelimiterFramer(lineFeed, carriageReturn, emit, make, rules);
}

const lineFeed = Uint8Array.of(10);
const carriageReturn = 13;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Arguments that a call can have without harm. */
const CHARACTERS_MAX = 8192;

function latin1Of(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i += CHARACTERS_MAX) text += String.fromCharCode(...bytes.subarray(i, i + CHARACTERS_MAX));
	return text;
}
