import { checkOptions } from '../codec.js';
import { Frame, type FrameOrigin } from './frame.js';
import { Framer, type FramerFactory } from './framer.js';
import { type FramingRules, framingChecks, rulesOf } from './framingOptions.js';
import { type LengthOptions, type LengthRules, lengthChecks, lengthRulesOf } from './lengthOptions.js';

/** Frames that say in a header how long they are. */
class LengthFramer extends Framer<Frame> {
	/** Bytes of the frame that was begun, with its header; 0: not known yet. */
	private total = 0;
	/** Bytes of a frame that is left out, that have not come. */
	private remaining = 0;

	constructor(
		private readonly lengths: LengthRules,
		emit: (frame: Frame) => void,
		rules: FramingRules,
	) {
		super(emit, Frame, rules);
	}

	protected override take(bytes: Uint8Array, origin: FrameOrigin): void {
		let from = 0;
		while (from < bytes.length && !this.isStopped) {
			if (this.loss !== undefined) from = this.pass(bytes, from);
			else if (this.held.length === 0) from = this.begin(bytes, from, origin);
			else from = this.goOn(bytes, from, origin);
		}
		if (from < bytes.length) this.leaveOut(bytes.length - from);
	}

	/** Only a gap that ends within the frame that it began in leaves the next one where it is expected. */
	protected override rejoin(length: number): boolean {
		if (length < 0 || length > this.remaining) return false;
		this.remaining -= length;
		if (this.remaining === 0) this.mended();
		return true;
	}

	protected override damage(...[reason, origin, wanted, missing]: Parameters<Framer<Frame>['damage']>): void {
		this.remaining = Math.max(0, this.total - this.held.length);
		this.total = 0;
		super.damage(reason, origin, wanted, missing);
	}

	/** Goes on in a frame that is left out. */
	private pass(bytes: Uint8Array, from: number): number {
		const passed = Math.min(this.remaining, bytes.length - from);
		this.remaining -= passed;
		this.leaveOut(passed);
		if (this.remaining === 0) this.mended();
		return from + passed;
	}

	/** A frame begins here. If it is all there, it needs no copy. */
	private begin(bytes: Uint8Array, from: number, origin: FrameOrigin): number {
		const { headerBytes } = this.lengths;
		const there = bytes.length - from;
		this.beginAt(origin);
		if (there < headerBytes) return this.hold(bytes, from, bytes.length);
		const total = this.lengths.totalOf(bytes, from);
		if (!this.isGood(total, origin)) return from;
		if (there < total) {
			this.total = total;
			return this.hold(bytes, from, bytes.length);
		}
		this.position += total;
		this.emit(bytes.subarray(from + this.lengths.stripped, from + total), origin);
		return from + total;
	}

	/** More of a frame that came in pieces: first its header, then the rest. */
	private goOn(bytes: Uint8Array, from: number, origin: FrameOrigin): number {
		const wanted = this.total === 0 ? this.lengths.headerBytes : this.total;
		const to = this.hold(bytes, from, Math.min(bytes.length, from + wanted - this.held.length));
		if (this.held.length < wanted) return to;
		if (this.total === 0) {
			const total = this.lengths.totalOf(this.held.view(0, wanted), 0);
			if (!this.isGood(total, origin)) return to;
			this.total = total;
		}
		if (this.held.length === this.total) this.finish(origin);
		return to;
	}

	private finish(origin: FrameOrigin): void {
		const { total } = this;
		this.total = 0;
		this.emit(this.held.take(this.lengths.stripped, total), origin);
	}

	private hold(bytes: Uint8Array, from: number, to: number): number {
		this.held.append(bytes.subarray(from, to), this.total === 0 ? this.lengths.headerBytes : this.total);
		this.position += to - from;
		return to;
	}

	/** Whether a frame can have that length; if not, it is left out, if it is known where it ends. */
	private isGood(total: number, origin: FrameOrigin): boolean {
		const { onBadFrame, maxFrameBytes } = this.rules;
		if (total < 0) {
			this.damage('malformed', origin, onBadFrame === 'error' ? 'error' : 'stop');
			return false;
		}
		if (total <= maxFrameBytes) return true;
		this.total = total;
		this.damage('too-long', origin, onBadFrame);
		return false;
	}
}

/**
 * Makes framers that cut by lengths: each frame says in a header how long it is. Its bytes are what stands behind the
 * header, or with `keepHeader` all of it.
 *
 * A gap that ends within a frame costs that frame alone, since its length says where the next one begins. A gap that
 * takes a header with it leaves nothing to go on by: the direction stops there, and `dropped` is told. A frame that is too
 * long is passed over without being kept. What a header says never allocates anything.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const dns = lengthFramer({ bytes: 2 })(frame => console.log(frame.bytes)); // RFC 1035, section 4.2.2
 * dns.push(Uint8Array.of(0, 2, 1, 2), { direction: 'client', packet: 1, seen: Timestamp.fromMs(0) });
 * ```
 */
export function lengthFramer(options: LengthOptions): FramerFactory<Frame> {
	const checked = checkOptions<LengthOptions>('lengthFramer', { ...framingChecks, ...lengthChecks }, options);
	const lengths = lengthRulesOf('lengthFramer', checked);
	const rules = rulesOf(checked, checked.unfinished ?? 'drop');
	return emit => new LengthFramer(lengths, emit, rules);
}
