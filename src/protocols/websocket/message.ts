import type { Direction } from '../../flow.js';
import type { Timestamp } from '../../timestamp.js';

/**
 * What a message is: of data, `text` or `binary`; of control, `close`, `ping` or `pong`; or `lost`: nobody can say what
 * follows in this direction, nor does anything come of it any more.
 */
export type WebSocketKind = 'text' | 'binary' | 'close' | 'ping' | 'pong' | 'lost';

/** What is known of a message; a class, so that text is only made when it is asked for. */
export class WebSocketMessage {
	/** Tells it from an `HttpExchange` of the same connection. */
	readonly type = 'websocket';

	constructor(
		readonly kind: WebSocketKind,
		/** `10.0.0.1:1234`, `[::1]:1234` */
		readonly client: string,
		readonly server: string,
		/** Who sent it. */
		readonly direction: Direction,
		/** When its first byte was captured, and with which packet that came, from 1. */
		readonly time: Timestamp,
		readonly packet: number,
		/** The payload, unmasked and inflated: a copy, of at most `maxMessageBytes`. Of `close` without its code. */
		readonly bytes: Uint8Array,
		/** Bytes of the payload that came, inflated, also those beyond `maxMessageBytes`. */
		readonly length: number,
		/** Bytes that gaps swallowed of it as it was sent; -1: nobody knows how many. */
		readonly missing: number,
		/** Frames that it came in. */
		readonly frames: number,
		/** Whether it was compressed (RFC 7692). */
		readonly compressed: boolean,
		/** Of `close`: why (RFC 6455, section 7.4); null if it does not say. */
		readonly code: number | null,
		/** What is wrong with it; null if it is whole. */
		readonly error: string | null,
	) {}

	/** The payload as text; what is no UTF-8 becomes U+FFFD. */
	get text(): string {
		return utf8.decode(this.bytes);
	}

	/** `bytes` is not all of the payload that came: it was longer than `maxMessageBytes`. */
	get truncated(): boolean {
		return this.length > this.bytes.length;
	}
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
