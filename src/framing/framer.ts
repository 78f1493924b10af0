import type { Flow } from '../flow.js';
import { Timestamp } from '../timestamp.js';
import type { Frame, FrameMaker, FrameOrigin } from './frame.js';
import { FrameBuffer } from './frameBuffer.js';
import { type FrameLoss, type FrameLossReason, FramingError } from './frameLoss.js';
import type { FramingRules, OnDamage } from './framingOptions.js';

/** Makes the framer of one direction; it hands each frame to `emit`. */
export type FramerFactory<F extends Frame> = (emit: (frame: F) => void) => Framer<F>;

type LossDraft = { -readonly [Name in keyof FrameLoss]: FrameLoss[Name] };

/**
 * Cuts the bytes of one direction into frames. It is fed as a parser is: `push`, `gap`, `end`, the bytes cut anywhere.
 *
 * It throws for nothing but what it is told to: a {@link FramingError}.
 */
export abstract class Framer<F extends Frame> {
	/** Bytes of a frame whose end has not come. */
	protected readonly held = new FrameBuffer();
	/** Where in the stream the next byte is. */
	protected position = 0;
	/** What is being left out. */
	protected loss: LossDraft | undefined = undefined;
	private stopped = false;
	// Where the frame began whose end has not come.
	private firstOffset = 0;
	private firstPacket = 0;
	private firstSeen = start;
	private flow: Flow | undefined = undefined;

	constructor(
		private readonly emitFrame: (frame: F) => void,
		private readonly make: FrameMaker<F>,
		protected readonly rules: FramingRules,
	) {}

	/** More bytes. The view may be kept by frames, so it must not be written to. */
	push(bytes: Uint8Array, origin: FrameOrigin): void {
		this.flow = origin.flow ?? this.flow;
		if (origin.offset !== undefined) this.position = origin.offset;
		if (this.stopped) this.leaveOut(bytes.length);
		else this.take(bytes, origin);
	}

	/** `length` bytes are missing; -1: nobody knows how many. */
	gap(length: number, origin: FrameOrigin): void {
		this.flow = origin.flow ?? this.flow;
		if (length === 0) return;
		if (this.loss === undefined) this.damage('gap', origin, this.rules.onGap, length);
		else addMissing(this.loss, length);
		if (!this.stopped && !this.rejoin(length)) this.stop();
		if (length > 0) this.position += length;
	}

	/** Nothing more will come. */
	end(origin: FrameOrigin): void {
		if (this.loss === undefined && this.isWithinFrame) this.endWithin(origin);
		this.held.clear();
		this.mended();
	}

	/** Deals with bytes that are there; nothing is damaged beyond what `loss` says. */
	protected abstract take(bytes: Uint8Array, origin: FrameOrigin): void;

	/** Sees how to go on behind a gap; `loss` says that there was one. Answers whether the next frame can be found. */
	protected abstract rejoin(length: number): boolean;

	/** Whether a frame has begun and not ended. */
	protected get isWithinFrame(): boolean {
		return this.held.length > 0;
	}

	/** Notes that a frame begins here, `position`. */
	protected beginAt({ packet, seen }: FrameOrigin): void {
		this.firstOffset = this.position;
		this.firstPacket = packet;
		this.firstSeen = seen;
	}

	protected emit(bytes: Uint8Array, { direction, seen }: FrameOrigin): void {
		this.emitFrame(new this.make(bytes, this.firstOffset, direction, this.firstPacket, this.firstSeen, seen, this.flow));
	}

	/** Begins to leave out; the bytes of the frame that was begun are the first. */
	protected damage(reason: FrameLossReason, origin: FrameOrigin, wanted: OnDamage, missing = 0): void {
		const { direction } = origin;
		const within = this.isWithinFrame;
		const offset = within ? this.firstOffset : this.position;
		const { packet, seen } = within && reason !== 'gap' ? { packet: this.firstPacket, seen: this.firstSeen } : origin;
		const bytes = this.held.length;
		this.held.clear();
		const loss = { reason, offset, bytes, missing, stopped: false, direction, packet, seen, flow: this.flow };
		if (wanted === 'error') {
			this.stopped = true;
			throw new FramingError(loss);
		}
		this.loss = loss;
		if (wanted === 'stop') this.stop();
	}

	/** These many bytes are in no frame. */
	protected leaveOut(bytes: number): void {
		if (this.loss !== undefined) this.loss.bytes += bytes;
		this.position += bytes;
	}

	/** The next frame begins here: says what was left out, now that it is known how much. */
	protected mended(): void {
		const { loss } = this;
		if (loss === undefined) return;
		this.loss = undefined;
		this.rules.dropped?.next(loss);
	}

	/** The next frame cannot be found. */
	protected stop(): void {
		this.stopped = true;
		this.held.clear();
		if (this.loss !== undefined) this.loss.stopped = true;
	}

	protected get isStopped(): boolean {
		return this.stopped;
	}

	private endWithin(origin: FrameOrigin): void {
		const { unfinished, maxFrameBytes, onBadFrame } = this.rules;
		if (this.held.length > maxFrameBytes) this.damage('too-long', origin, onBadFrame);
		else if (unfinished === 'emit') this.emit(this.held.take(0, this.held.length), origin);
		else this.damage('unfinished', origin, unfinished === 'error' ? 'error' : 'stop');
	}
}

const start = new Timestamp(0, 0);

function addMissing(loss: LossDraft, length: number): void {
	loss.missing = length < 0 || loss.missing < 0 ? -1 : loss.missing + length;
}
