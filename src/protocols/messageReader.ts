import { Timestamp } from '../timestamp.js';
import type { Origin } from './parser.js';

const NONE = new Uint8Array(0);
const NOWHERE: Origin = { direction: 'client', seen: new Timestamp(0, 0), packet: 0 };

/** What the header of a message says. */
export interface Announced {
	readonly bodyBytes: number;
	/** So many of the first bytes of the body are wanted. */
	readonly keptMax: number;
}

/** A message that was cut out of a direction. */
export interface CutMessage {
	readonly head: Uint8Array;
	/** What is wanted of the body, by itself; less if bytes are missing in it. */
	readonly body: Uint8Array;
	/** What the header announces. */
	readonly bodyBytes: number;
	readonly missing: number;
	/** The direction ended, or was lost, within it. */
	readonly isCut: boolean;
	/** Where its first byte came from, and its last. */
	readonly began: Origin;
	readonly ended: Origin;
}

/** How messages look, and who wants them. */
export interface MessageRules {
	readonly headBytesMax: number;
	/** What so many first bytes of a message say: undefined if that takes more, a text if no message begins so. */
	announce(head: Uint8Array, length: number): Announced | string | undefined;
	message(message: CutMessage): void;
	/** Nobody knows where the next message begins: the direction is over. `missing` are bytes of a gap; -1: nobody knows how many. */
	lost(why: string, missing: number, origin: Origin): void;
}

/**
 * Cuts one direction into messages whose header says how long they are. Its memory grows with what came and is wanted, never
 * with what a header says.
 */
export class MessageReader {
	private readonly head: Uint8Array;
	private headLength = 0;
	private announced: Announced | undefined = undefined;
	/** Bytes of the body that have not come. */
	private left = 0;
	private kept = NONE;
	private keptLength = 0;
	private missing = 0;
	private began = NOWHERE;
	private ended = NOWHERE;
	private isOver = false;

	constructor(private readonly rules: MessageRules) {
		this.head = new Uint8Array(rules.headBytesMax);
	}

	/** Whether nothing has come yet. */
	get isFresh(): boolean {
		return this.began === NOWHERE;
	}

	/** Reads bytes up to their end, or until it is stopped; answers how many that were. */
	push(bytes: Uint8Array, origin: Origin): number {
		let at = 0;
		while (at < bytes.length && !this.isOver) {
			if (this.headLength === 0) this.began = placeOf(origin);
			this.ended = origin;
			at += this.announced === undefined ? this.takeHead(bytes[at] as number, origin) : this.takeBody(bytes, at, this.announced);
		}
		// A chunk would keep the whole block alive that it was read from.
		this.ended = this.began;
		return at;
	}

	/**
	 * A gap within a body costs that message; any other, all that follows. But a connection that was running before begins between
	 * two messages as likely as anywhere.
	 */
	gap(length: number, origin: Origin): void {
		const isRunning = length < 0 && this.isFresh;
		if (this.isOver || length === 0 || isRunning) return;
		if (this.announced === undefined || length < 0 || length > this.left) {
			this.lose('bytes are missing, and nobody knows where the next message begins', Math.max(length, -1), origin);
			return;
		}
		this.ended = origin;
		this.missing += length;
		this.left -= length;
		if (this.left === 0) this.finish(false);
	}

	/** What had not come to its end will not. */
	end(): void {
		if (this.isOver) return;
		this.isOver = true;
		if (this.announced !== undefined) this.finish(true);
	}

	/** Reads no more: what follows is something else. */
	stop(): void {
		this.isOver = true;
	}

	private takeHead(byte: number, origin: Origin): number {
		this.head[this.headLength++] = byte;
		const announced = this.rules.announce(this.head, this.headLength);
		if (this.isOver) return 0;
		if (typeof announced === 'string') this.lose(announced, 0, origin);
		else if (announced !== undefined) this.begin(announced);
		return 1;
	}

	private begin(announced: Announced): void {
		this.announced = announced;
		this.left = announced.bodyBytes;
		if (this.left === 0) this.finish(false);
	}

	private takeBody(bytes: Uint8Array, at: number, { keptMax }: Announced): number {
		const count = Math.min(bytes.length - at, this.left);
		if (this.missing === 0 && this.keptLength < keptMax) {
			this.keep(bytes.subarray(at, at + Math.min(count, keptMax - this.keptLength)), keptMax);
		}
		this.left -= count;
		if (this.left === 0) this.finish(false);
		return count;
	}

	private keep(bytes: Uint8Array, keptMax: number): void {
		const length = this.keptLength + bytes.length;
		if (length > this.kept.length) {
			const grown = new Uint8Array(this.left === bytes.length ? length : Math.min(Math.max(length, 2 * this.kept.length), keptMax));
			grown.set(this.kept.subarray(0, this.keptLength));
			this.kept = grown;
		}
		this.kept.set(bytes, this.keptLength);
		this.keptLength = length;
	}

	private finish(isCut: boolean): void {
		const { began, missing } = this;
		const head = this.head.slice(0, this.headLength);
		const body = this.kept.subarray(0, this.keptLength);
		const bodyBytes = this.announced?.bodyBytes ?? 0;
		this.headLength = 0;
		this.announced = undefined;
		this.kept = NONE;
		this.keptLength = 0;
		this.missing = 0;
		this.rules.message({ head, body, bodyBytes, missing, isCut, began, ended: placeOf(this.ended) });
	}

	private lose(why: string, missing: number, origin: Origin): void {
		this.isOver = true;
		if (this.announced !== undefined) this.finish(true);
		this.rules.lost(why, missing, placeOf(origin));
	}
}

/** Where bytes came from, without them. */
function placeOf({ direction, seen, packet }: Origin): Origin {
	return { direction, seen, packet };
}
