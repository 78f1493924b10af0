import { boolean, oneOf, wholeNumber } from '../codec.js';
import { type WebSocketKind, WebSocketMessage } from '../protocols/websocket/message.js';
import { ends, numberOrUnknown, textOrNull } from './messageFields.js';
import { type JsonCodec, mapped, nullable, object, versioned } from './shape.js';
import { bytesCodec, directionCodec } from './values.js';

const fields = object('a message of WebSocket', {
	type: oneOf('websocket'),
	kind: oneOf<WebSocketKind>('text', 'binary', 'close', 'ping', 'pong', 'lost'),
	...ends,
	direction: directionCodec,
	packet: wholeNumber,
	bytes: bytesCodec,
	length: wholeNumber,
	missing: numberOrUnknown,
	frames: wholeNumber,
	compressed: boolean,
	code: nullable(wholeNumber),
	error: textOrNull,
});

/**
 * A {@link WebSocketMessage} as JSON, the payload as Base64, whether it is text or not.
 *
 * @example
 * ```ts
 * import { createWebSocket } from 'rx-reassembly/protocols/websocket';
 *
 * connection.pipe(parseWith(createWebSocket()), toNdjson(webSocketMessageCodec)).subscribe(line => console.log(line));
 * ```
 */
export const webSocketMessageCodec: JsonCodec<WebSocketMessage> = versioned(
	mapped('a message of WebSocket', fields, {
		is: (value): value is WebSocketMessage => value instanceof WebSocketMessage,
		read: ({ kind, client, server, direction, time, packet, bytes, length, missing, frames, compressed, code, error }) =>
			new WebSocketMessage(kind, client, server, direction, time, packet, bytes, length, missing, frames, compressed, code, error),
		write: message => message,
	}),
);
