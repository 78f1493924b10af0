import type { Timestamp } from '../../timestamp.js';

/** A field of a header or trailer section, as it came. Values are latin1: a character is a byte (RFC 9110, section 5.5). */
export type HttpField = readonly [name: string, value: string];

/** What requests and responses have in common. */
export interface HttpMessage {
	/** `1.0` or `1.1`. */
	readonly version: string;
	/** Field values by lower-case name; values of a repeated name are joined by `, ` (RFC 9110, section 5.3). No prototype. */
	readonly headers: Readonly<Record<string, string>>;
	/** The fields as they came, in order. */
	readonly rawHeaders: readonly HttpField[];
	/** The fields that came after a chunked body (RFC 9112, section 7.1.2). */
	readonly trailers: readonly HttpField[];
	/** The body without its chunk framing, still content-encoded; at most `maxBodyBytes` of it. */
	readonly body: Uint8Array;
	/** Bytes of the body that came, also beyond `maxBodyBytes`; those lost in a gap are in `missing` instead. */
	readonly bodyLength: number;
	/** `body` is not all of the body that came: it was longer than `maxBodyBytes`. */
	readonly bodyTruncated: boolean;
	/**
	 * Bytes that gaps swallowed of this message. Exact within a body of known length; where a gap reached past all that is
	 * known of the message, the whole gap; 0 where nobody knows how long it was.
	 */
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
	/** Interim responses (1xx) that came before it, such as 100; the first 64 of them. */
	readonly interim: readonly number[];
}

/** A request and the response to it. */
export interface HttpExchange {
	/** `10.0.0.1:1234`, `[::1]:1234` */
	readonly client: string;
	readonly server: string;
	/** When the first byte of the request was captured; without a request, of the response. */
	readonly time: Timestamp;
	/**
	 * Milliseconds from the capture of the first byte of the request to that of the last byte of the response, with its body;
	 * null if either message was not seen. The last byte in the stream counts: if one before it came later, since it was sent
	 * again, that adds nothing. It is negative where the capture shows the response before its request, and ends with what
	 * came where the response was cut.
	 */
	readonly durationMs: number | null;
	/** Null if the request was not seen, or was lost. */
	readonly request: HttpRequest | null;
	/** Null if none came, or which one it was cannot be told. */
	readonly response: HttpResponse | null;
	/** The protocol that the connection was handed over to: `websocket`, `h2c`, … or `CONNECT`; null for none. */
	readonly upgrade: string | null;
}
