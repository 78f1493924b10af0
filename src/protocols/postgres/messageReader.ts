import type { Origin } from '../parser.js';

/** One message of one direction. */
export interface WireMessage {
	/** Its type, as a character; `''` for those at the start of a client, which have none. */
	readonly type: string;
	/** What follows its length; at most as much as was wanted, and without what is missing. */
	readonly body: Uint8Array;
	/** How long that is. */
	readonly length: number;
	readonly missing: number;
	/** Where its first byte came from, and its last. */
	readonly origin: Origin;
	readonly last: Origin;
}

/** How messages look: those at the start have no type. */
export type Framing = 'untyped' | 'typed';

/** What a reader asks, and tells. */
export interface ReaderEvents {
	/** The types that there are. */
	readonly types: string;
	/** Bytes to keep of a message. */
	wanted(type: string): number;
	message(message: WireMessage): void;
	/** Nobody can say what follows, and why. */
	lost(reason: string, origin: Origin): void;
}

const NONE = new Uint8Array(0);
const LENGTH_BYTES = 4;
/** More than a message may have (PQ_LARGE_MESSAGE_LIMIT). */
const LENGTH_MAX = 2 ** 30;
/** What a client may say before it is known (MAX_STARTUP_PACKET_LENGTH). */
const UNTYPED_LENGTH_MAX = 10_000;

/** Cuts one direction into messages (PostgreSQL manual, "Message Formats"). It holds of a message what is wanted of it. */
export class MessageReader {
	framing: Framing = 'typed';
	private readonly header = new Uint8Array(1 + LENGTH_BYTES);
	private headerLength = 0;
	private origin: Origin | undefined = undefined;
	private type = '';
	private length = 0;
	private left = 0;
	private missing = 0;
	private wanted = 0;
	private kept = NONE;
	private keptLength = 0;
	private isWithin = false;
	private isLost = false;

	constructor(private readonly events: ReaderEvents) {}

	/** Whether nothing has come yet. */
	get isFresh(): boolean {
		return this.origin === undefined;
	}

	/** Whether it stands between two messages. */
	get isBetween(): boolean {
		return !this.isWithin && this.headerLength === 0;
	}

	/** Takes bytes up to the end of a message, or of all; answers how many. */
	push(bytes: Uint8Array, from: number, origin: Origin): number {
		if (this.isLost) return bytes.length - from;
		let at = from;
		while (!this.isWithin && at < bytes.length) {
			if (this.headerLength === 0) this.origin = origin;
			this.header[this.headerLength++] = bytes[at++] as number;
			if (this.headerLength === this.headerBytes) {
				this.begin(origin);
				if (this.isLost || !this.isWithin) return at - from;
			}
		}
		if (!this.isWithin) return at - from;
		const count = Math.min(bytes.length - at, this.left);
		this.keep(bytes.subarray(at, at + count));
		this.left -= count;
		if (this.left === 0) this.end(origin);
		return at + count - from;
	}

	/** A gap within a message costs no more than that. */
	gap(length: number, origin: Origin): void {
		if (this.isLost) return;
		if (!this.isWithin || length < 0 || length > this.left) {
			this.lose('bytes are missing, and nobody knows where the next message begins', origin);
			return;
		}
		this.missing += length;
		this.left -= length;
		if (this.left === 0) this.end(origin);
	}

	private get headerBytes(): number {
		return this.framing === 'typed' ? 1 + LENGTH_BYTES : LENGTH_BYTES;
	}

	private begin(origin: Origin): void {
		const typed = this.framing === 'typed';
		const view = new DataView(this.header.buffer, typed ? 1 : 0);
		this.type = typed ? String.fromCharCode(this.header[0] as number) : '';
		this.length = view.getUint32(0) - LENGTH_BYTES;
		this.headerLength = 0;
		if (this.length < 0 || this.length > (typed ? LENGTH_MAX : UNTYPED_LENGTH_MAX) || (typed && !this.events.types.includes(this.type))) {
			this.lose('what comes is no message', origin);
			return;
		}
		this.left = this.length;
		this.missing = 0;
		this.wanted = Math.min(this.events.wanted(this.type), this.length);
		this.keptLength = 0;
		this.isWithin = true;
		if (this.left === 0) this.end(origin);
	}

	private keep(bytes: Uint8Array): void {
		const added = bytes.subarray(0, Math.max(0, this.wanted - this.keptLength));
		if (added.length === 0) return;
		const length = this.keptLength + added.length;
		if (length > this.kept.length) {
			// With what came, not with what was announced.
			const grown = new Uint8Array(Math.min(Math.max(length, 2 * this.kept.length), this.wanted));
			grown.set(this.kept.subarray(0, this.keptLength));
			this.kept = grown;
		}
		this.kept.set(added, this.keptLength);
		this.keptLength = length;
	}

	private end(last: Origin): void {
		const { type, length, missing, origin = last } = this;
		const body = this.kept.subarray(0, this.keptLength);
		this.kept = NONE;
		this.isWithin = false;
		this.events.message({ type, body, length, missing, origin, last });
	}

	private lose(reason: string, origin: Origin): void {
		this.isLost = true;
		this.kept = NONE;
		this.events.lost(reason, origin);
	}
}
