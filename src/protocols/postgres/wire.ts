import { type Announced, type CutMessage, MessageReader } from '../messageReader.js';
import type { Direction, Origin } from '../parser.js';

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

/** Who wants the messages. */
export interface WireEvents {
	client(message: WireMessage): void;
	server(message: WireMessage): void;
	/** The byte that answers the wish to encrypt. */
	answer(byte: number, origin: Origin): void;
	/** Nobody can say what follows, and why. */
	lost(reason: string, origin: Origin): void;
}

const CLIENT_TYPES = 'BCDEFHPQSXcdfp';
const SERVER_TYPES = '123ACDEGHIKNRSTVWZcdnstv';
/** Messages of the server whose content nobody looks at: rows, and what is copied. */
const passedOver = new Set(['D', 'd']);
/** Of what the server says, as much as is looked at. */
const ANSWER_BYTES = 64 * 1024;

const LENGTH_BYTES = 4;
/** A type, and the length of what follows and of itself. */
const HEADER_BYTES = 1 + LENGTH_BYTES;
/** More than a message may have (PQ_LARGE_MESSAGE_LIMIT). */
const LENGTH_MAX = 2 ** 30;
/** What a client may say before it is known (MAX_STARTUP_PACKET_LENGTH). */
const UNTYPED_LENGTH_MAX = 10_000;
const nothing: Announced = { bodyBytes: 0, keptMax: 0 };

/** Cuts both directions of a connection into messages (PostgreSQL manual, "Message Formats"). It holds of each what is wanted of it. */
export class Wire {
	/** The client has said who it is, so that its messages have types. */
	isTyped = false;
	/** The client has asked to encrypt, and has no answer, which is a byte without a header. */
	isNegotiating = false;
	private readonly readers: Readonly<Record<Direction, MessageReader>>;

	constructor(
		private readonly events: WireEvents,
		private readonly maxQueryBytes: number,
	) {
		const lost = (why: string, _missing: number, origin: Origin) => events.lost(why, origin);
		const headBytesMax = HEADER_BYTES;
		this.readers = {
			client: new MessageReader({
				headBytesMax,
				announce: (head, length) => this.announceClient(head, length),
				message: message => this.onClient(message),
				lost,
			}),
			server: new MessageReader({
				headBytesMax,
				announce: (head, length) => this.announceServer(head, length),
				message: message => this.onServer(message),
				lost,
			}),
		};
	}

	/** Reads bytes up to their end, or until it is stopped; answers how many that were. */
	push(bytes: Uint8Array, origin: Origin): number {
		return this.readers[origin.direction].push(bytes, origin);
	}

	/** A gap within a message costs no more than that. */
	gap(length: number, origin: Origin): void {
		const reader = this.readers[origin.direction];
		// A client that was running before has said who it is.
		if (length < 0 && reader.isFresh) this.isTyped = true;
		reader.gap(length, origin);
	}

	/** What follows in both directions is something else. */
	stop(): void {
		this.readers.client.stop();
		this.readers.server.stop();
	}

	private announceClient(head: Uint8Array, length: number): Announced | string | undefined {
		if (!this.isTyped) return length < LENGTH_BYTES ? undefined : announced(lengthAt(head, 0), UNTYPED_LENGTH_MAX, this.maxQueryBytes);
		if (length < HEADER_BYTES) return undefined;
		const type = typeOf(head);
		if (!CLIENT_TYPES.includes(type)) return noMessage;
		return announced(lengthAt(head, 1), LENGTH_MAX, type === 'd' ? 0 : this.maxQueryBytes);
	}

	private announceServer(head: Uint8Array, length: number): Announced | string | undefined {
		if (this.isNegotiating) return nothing;
		if (length < HEADER_BYTES) return undefined;
		const type = typeOf(head);
		if (!SERVER_TYPES.includes(type)) return noMessage;
		return announced(lengthAt(head, 1), LENGTH_MAX, passedOver.has(type) ? 0 : ANSWER_BYTES);
	}

	private onClient(message: CutMessage): void {
		if (!message.isCut) this.events.client(wireMessage(message));
	}

	private onServer(message: CutMessage): void {
		if (message.isCut) return;
		if (message.head.length === HEADER_BYTES) this.events.server(wireMessage(message));
		else {
			this.isNegotiating = false;
			this.events.answer(message.head[0] as number, message.began);
		}
	}
}

const noMessage = 'what comes is no message';

function announced(bodyBytes: number, most: number, wanted: number): Announced | string {
	return bodyBytes < 0 || bodyBytes > most ? noMessage : { bodyBytes, keptMax: Math.min(wanted, bodyBytes) };
}

function typeOf(head: Uint8Array): string {
	return String.fromCharCode(head[0] as number);
}

/** Of the body. */
function lengthAt(head: Uint8Array, at: number): number {
	return new DataView(head.buffer, head.byteOffset).getUint32(at) - LENGTH_BYTES;
}

function wireMessage({ head, body, bodyBytes: length, missing, began: origin, ended: last }: CutMessage): WireMessage {
	return { type: head.length === HEADER_BYTES ? typeOf(head) : '', body, length, missing, origin, last };
}
