import type { Timestamp } from '../../timestamp.js';

/** What requests and responses have in common. */
export interface HttpMessage {
	/** `1.0` or `1.1`. */
	readonly version: string;
	/** Field values by lower-case name; values of a repeated name are joined by `, ` (RFC 9110, section 5.3). No prototype. */
	readonly headers: Readonly<Record<string, string>>;
	/** The fields as they came, in order. */
	readonly rawHeaders: readonly (readonly [name: string, value: string])[];
	/** The body without its chunk framing, still content-encoded; at most `maxBodyBytes` of it. */
	readonly body: Uint8Array;
	/** Bytes of the body that came, also beyond `maxBodyBytes`; those lost in a gap are in `missing` instead. */
	readonly bodyLength: number;
	/** Bytes of this message that a gap swallowed, as far as their number is known. */
	readonly missing: number;
	/** The message came to its end, and nothing in it was missing. */
	readonly complete: boolean;
}

/** A request (RFC 9112, section 3). */
export interface HttpRequest extends HttpMessage {
	readonly method: string;
	/** The request target, as it was sent. */
	readonly url: string;
	/** The Host field, or null if there is none. */
	readonly host: string | null;
}

/** A response (RFC 9112, section 4). */
export interface HttpResponse extends HttpMessage {
	readonly status: number;
	readonly reason: string;
	/** Interim responses (1xx) that came before it, such as 100. */
	readonly interim: readonly number[];
}

/** A request and the response to it. */
export interface HttpExchange {
	/** `10.0.0.1:1234`, `[::1]:1234` */
	readonly client: string;
	readonly server: string;
	/** When the first byte of the request was captured; without a request, of the response. */
	readonly time: Timestamp;
	/** From the first byte of the request to the last of the response, in ms; null if either was not seen. */
	readonly durationMs: number | null;
	/** Null if the request was not seen, or was lost. */
	readonly request: HttpRequest | null;
	/** Null if none came. */
	readonly response: HttpResponse | null;
	/** The protocol that the connection was handed over to: `websocket`, `h2c`, … or `CONNECT`; null for none. */
	readonly upgrade: string | null;
}

/** The head of a message, as the parser library tells it. */
export interface MessageHead {
	readonly version: string;
	/** Names and values in turn. */
	readonly fields: readonly string[];
	/** Of a request; empty for a response. */
	readonly method: string;
	readonly url: string;
	/** Of a response; 0 for a request. */
	readonly status: number;
	readonly reason: string;
}

/** A message in the making. */
export class MessageDraft {
	head: MessageHead | undefined;
	headers: Record<string, string> = Object.create(null);
	bodyLength = 0;
	missing = 0;
	/** Its end has come, or nothing more of it will. */
	done = false;
	complete = false;
	lastSeen: Timestamp;
	private kept: Uint8Array[] = [];
	private keptLength = 0;

	constructor(
		/** When its first byte was captured. */
		readonly began: Timestamp,
		private readonly maxBodyBytes: number,
	) {
		this.lastSeen = began;
	}

	open(head: MessageHead): void {
		this.head = head;
		for (const [name, value] of pairs(head.fields)) {
			const key = name.toLowerCase();
			this.headers[key] = key in this.headers ? `${this.headers[key]}, ${value}` : value;
		}
	}

	add(bytes: Uint8Array): void {
		this.bodyLength += bytes.length;
		const room = this.maxBodyBytes - this.keptLength;
		if (room <= 0) return;
		// A copy, so that a small part does not keep the whole block that was read.
		const part = bytes.length <= room ? bytes.slice() : bytes.slice(0, room);
		this.kept.push(part);
		this.keptLength += part.length;
	}

	lose(length: number): void {
		this.missing += length;
	}

	finish(whole: boolean): void {
		this.done = true;
		this.complete = whole && this.missing === 0;
	}

	request(): HttpRequest {
		const { method, url } = this.head as MessageHead;
		return { method, url, host: this.headers.host ?? null, ...this.common() };
	}

	response(interim: readonly number[]): HttpResponse {
		const { status, reason } = this.head as MessageHead;
		return { status, reason, interim, ...this.common() };
	}

	private common(): HttpMessage {
		const { headers, bodyLength, missing, complete } = this;
		const { version, fields } = this.head as MessageHead;
		return { version, headers, rawHeaders: pairs(fields), body: this.joined(), bodyLength, missing, complete };
	}

	private joined(): Uint8Array {
		const body = new Uint8Array(this.keptLength);
		let at = 0;
		for (const part of this.kept) {
			body.set(part, at);
			at += part.length;
		}
		return body;
	}
}

function pairs(fields: readonly string[]): [string, string][] {
	return Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i] as string, fields[2 * i + 1] as string]);
}
