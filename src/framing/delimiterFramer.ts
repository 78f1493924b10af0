import { checkArgument, checkOptions, delimiterBytes } from '../codec.js';
import { DelimiterSearch } from './delimiterSearch.js';
import { Frame, type FrameMaker, type FrameOrigin } from './frame.js';
import { Framer, type FramerFactory } from './framer.js';
import { type FramingOptions, type FramingRules, framingChecks, type OnUnfinished, onUnfinished, rulesOf } from './framingOptions.js';

/** What {@link delimiterFramer} can be told. */
export interface DelimiterOptions extends FramingOptions {
	/** What to do with a last frame without its delimiter. Default `'emit'`. */
	readonly unfinished?: OnUnfinished | undefined;
}

/** Frames that end with a delimiter. */
export class DelimiterFramer<F extends Frame> extends Framer<F> {
	private readonly search: DelimiterSearch;

	constructor(
		private readonly delimiter: Uint8Array,
		/** A byte that does not count if it stands before the delimiter; -1 for none. */
		private readonly optional: number,
		emit: (frame: F) => void,
		make: FrameMaker<F>,
		rules: FramingRules,
	) {
		super(emit, make, rules);
		this.search = new DelimiterSearch(delimiter);
	}

	protected override take(bytes: Uint8Array, origin: FrameOrigin): void {
		let from = 0;
		while (from < bytes.length && !this.isStopped) {
			if (this.held.length === 0 && this.loss === undefined) this.beginAt(origin);
			const end = this.search.endIn(bytes, from);
			if (end < 0) break;
			this.finish(bytes, from, end, origin);
			from = end;
		}
		if (from < bytes.length) this.keep(bytes.subarray(from), origin);
	}

	/** What comes next stands in the middle of a frame, or nobody knows. The next delimiter says. */
	protected override rejoin(): boolean {
		this.search.restart();
		return true;
	}

	/** A frame ends here, or what was left out does. */
	private finish(bytes: Uint8Array, from: number, end: number, origin: FrameOrigin): void {
		if (this.loss !== undefined) {
			this.leaveOut(end - from);
			this.mended();
			return;
		}
		const ended = this.held.length === 0 ? bytes.subarray(from, end) : this.heldWith(bytes.subarray(from, end));
		const length = this.lengthOf(ended);
		if (length > this.rules.maxFrameBytes) {
			this.overlong(end - from, this.held.length > 0, origin);
			if (!this.isStopped) this.mended();
			return;
		}
		const frame = this.held.length === 0 ? bytes.subarray(from, from + length) : this.held.take(0, length);
		this.position += end - from;
		this.emit(frame, origin);
	}

	/** All of the frame whose end has come, with its delimiter; a view. */
	private heldWith(bytes: Uint8Array): Uint8Array {
		const length = this.held.length + bytes.length;
		this.held.append(bytes, length);
		return this.held.view(0, length);
	}

	/** Bytes without the delimiter, and without the byte before it that does not count. */
	private lengthOf(ended: Uint8Array): number {
		const length = ended.length - this.delimiter.length;
		return this.optional >= 0 && length > 0 && ended[length - 1] === this.optional ? length - 1 : length;
	}

	/** Keeps the beginning of a frame, unless it is too long already, whatever comes. */
	private keep(bytes: Uint8Array, origin: FrameOrigin): void {
		if (this.loss !== undefined || this.isStopped) {
			this.leaveOut(bytes.length);
			return;
		}
		const most = this.rules.maxFrameBytes + this.delimiter.length - (this.optional < 0 ? 1 : 0);
		if (this.held.length + bytes.length > most) this.overlong(bytes.length, false, origin);
		else {
			this.held.append(bytes, most);
			this.position += bytes.length;
		}
	}

	/** The frame, of which so many bytes came just now, is too long. They may be among those that are held. */
	private overlong(bytes: number, areHeld: boolean, origin: FrameOrigin): void {
		this.damage('too-long', origin, this.rules.onBadFrame);
		if (areHeld) this.position += bytes;
		else this.leaveOut(bytes);
	}
}

/**
 * Makes framers that cut at a delimiter, such as `\0`. The frames are what stands between delimiters; empty ones count.
 *
 * Behind a gap, and behind a frame that is too long, the next frame begins after the next delimiter. So the first frame of
 * a flow whose start was not seen is left out.
 *
 * @param delimiter 1 to 1024 bytes, or a text, of which the UTF-8 counts.
 * @throws TypeError at the call if an argument or an option is wrong.
 * @example
 * ```ts
 * const framer = delimiterFramer('\0')(frame => console.log(frame.offset, frame.bytes));
 * framer.push(bytes, { direction: 'client', packet: 1, seen: Timestamp.fromMs(0) });
 * ```
 */
export function delimiterFramer(delimiter: Uint8Array | string, options: DelimiterOptions = {}): FramerFactory<Frame> {
	const given = checkArgument('delimiterFramer', 'delimiter', delimiterBytes, delimiter);
	const checked = checkOptions<DelimiterOptions>('delimiterFramer', { ...framingChecks, unfinished: onUnfinished }, options);
	const rules = rulesOf(checked, checked.unfinished ?? 'emit');
	const bytes = typeof given === 'string' ? new TextEncoder().encode(given) : given.slice();
	return emit => new DelimiterFramer(bytes, -1, emit, Frame, rules);
}
