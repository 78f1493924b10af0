import { checkArgument, checkOptions, wholeNumberBetween } from '../codec.js';
import { Frame, type FrameOrigin } from './frame.js';
import { Framer, type FramerFactory } from './framer.js';
import { type FramingOptions, type FramingRules, framingChecks, type OnUnfinished, onUnfinished, rulesOf } from './framingOptions.js';

/** What {@link fixedFramer} can be told. */
export interface FixedOptions extends Omit<FramingOptions, 'maxFrameBytes' | 'onBadFrame'> {
	/** What to do with a last frame that is too short. Default `'drop'`. */
	readonly unfinished?: OnUnfinished | undefined;
}

/** Frames of one length. */
class FixedFramer extends Framer<Frame> {
	/** Bytes until the next frame begins, while one is left out. */
	private remaining = 0;

	constructor(
		private readonly frameBytes: number,
		emit: (frame: Frame) => void,
		rules: FramingRules,
	) {
		super(emit, Frame, rules);
	}

	protected override take(bytes: Uint8Array, origin: FrameOrigin): void {
		let from = 0;
		while (from < bytes.length) {
			if (this.loss !== undefined) from = this.pass(bytes, from);
			else if (this.held.length === 0 && bytes.length - from >= this.frameBytes) from = this.whole(bytes, from, origin);
			else from = this.piece(bytes, from, origin);
		}
	}

	/** The step is kept as long as gaps have a length. */
	protected override rejoin(length: number): boolean {
		if (length < 0) return false;
		const { frameBytes } = this;
		this.remaining = (((this.remaining - length) % frameBytes) + frameBytes) % frameBytes;
		if (this.remaining === 0) this.mended();
		return true;
	}

	protected override damage(...[reason, origin, wanted, missing]: Parameters<Framer<Frame>['damage']>): void {
		this.remaining = this.held.length === 0 ? 0 : this.frameBytes - this.held.length;
		super.damage(reason, origin, wanted, missing);
	}

	private pass(bytes: Uint8Array, from: number): number {
		const passed = Math.min(this.remaining, bytes.length - from);
		this.remaining -= passed;
		this.leaveOut(passed);
		if (this.remaining === 0) this.mended();
		return from + passed;
	}

	private whole(bytes: Uint8Array, from: number, origin: FrameOrigin): number {
		const to = from + this.frameBytes;
		this.beginAt(origin);
		this.position += this.frameBytes;
		this.emit(bytes.subarray(from, to), origin);
		return to;
	}

	private piece(bytes: Uint8Array, from: number, origin: FrameOrigin): number {
		if (this.held.length === 0) this.beginAt(origin);
		const to = Math.min(bytes.length, from + this.frameBytes - this.held.length);
		this.held.append(bytes.subarray(from, to), this.frameBytes);
		this.position += to - from;
		if (this.held.length === this.frameBytes) this.emit(this.held.take(0, this.frameBytes), origin);
		return to;
	}
}

/**
 * Makes framers that cut into frames of one length.
 *
 * Behind a gap of known length they go on with the next whole frame: what a gap damages is left out. Where nobody knows how
 * many bytes are missing, as in a flow whose start was not seen, the direction stops.
 *
 * @param length bytes of each frame, 1 to 2^30.
 * @throws TypeError at the call if an argument or an option is wrong.
 * @example
 * ```ts
 * const transportStream = fixedFramer(188)(frame => console.log(frame.offset, frame.bytes));
 * transportStream.push(bytes, { direction: 'server', packet: 1, seen: Timestamp.fromMs(0) });
 * ```
 */
export function fixedFramer(length: number, options: FixedOptions = {}): FramerFactory<Frame> {
	checkArgument('fixedFramer', 'length', wholeNumberBetween(1, 2 ** 30), length);
	const { onGap, dropped } = framingChecks;
	const checked = checkOptions<FixedOptions>('fixedFramer', { onGap, dropped, unfinished: onUnfinished }, options);
	const rules = rulesOf({ ...checked, maxFrameBytes: length }, checked.unfinished ?? 'drop');
	return emit => new FixedFramer(length, emit, rules);
}
