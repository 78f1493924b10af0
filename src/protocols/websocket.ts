import { boolean, type Checks, checkOptions, limitOrNone } from '../codec.js';
import type { HttpExchange } from './http1/message.js';
import type { Direction, Origin, ParserFactory } from './parser.js';
import type { WebSocketMessage } from './websocket/message.js';
import { Side } from './websocket/side.js';

export { type WebSocketKind, WebSocketMessage } from './websocket/message.js';

/** What {@link createWebSocket} can be told. */
export interface WebSocketOptions {
	/** Bytes of each message to keep, inflated; 0 for none. What is beyond is only counted. Default 1 MiB. */
	readonly maxMessageBytes?: number | undefined;
	/** Whether messages may be compressed: `permessage-deflate` was agreed upon (RFC 7692). Default false. */
	readonly deflate?: boolean | undefined;
	/** Whether each message of the client, or of the server, is compressed by itself. Default false: it may refer to those before. */
	readonly clientNoContextTakeover?: boolean | undefined;
	readonly serverNoContextTakeover?: boolean | undefined;
}

const checks: Checks<WebSocketOptions> = {
	maxMessageBytes: limitOrNone,
	deflate: boolean,
	clientNoContextTakeover: boolean,
	serverNoContextTakeover: boolean,
};

/**
 * Makes a parser of WebSocket (RFC 6455) for what follows the handshake: it emits the messages of both directions, joined
 * of their frames, unmasked and inflated, in the order in which they end. Control messages come between the frames of others.
 *
 * Mostly it reads on where HTTP/1 ends: see {@link webSocketUpgrade}, which knows from the handshake what was agreed upon.
 *
 * A gap within the payload of a frame costs that message, and with compression those that refer to it: their `error` says
 * so. Behind any other gap, and behind a frame that cannot be, nobody knows where the next one begins: the direction ends
 * with a message of the kind `lost`. Inflating uses the package fflate. It holds one message and one control message a
 * direction, each within its limit, and 64 KiB to inflate with; it throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * import { createWebSocket } from 'rx-reassembly/protocols/websocket';
 *
 * connection.pipe(parseWith(createWebSocket({ maxMessageBytes: 4096 }))).subscribe(({ direction, text }) => console.log(direction, text));
 * ```
 */
export function createWebSocket(options: WebSocketOptions = {}): ParserFactory<WebSocketMessage> {
	const checked = checkOptions<WebSocketOptions>('createWebSocket', checks, options);
	const { maxMessageBytes = 2 ** 20, deflate = false } = checked;
	const { clientNoContextTakeover = false, serverNoContextTakeover = false } = checked;
	const keepsContext = { client: !clientNoContextTakeover, server: !serverNoContextTakeover };
	return (emit, ends) => {
		const sideOf = (direction: Direction) =>
			new Side({
				direction,
				maxMessageBytes,
				deflate: deflate ? { keepsContext: keepsContext[direction] } : undefined,
				emit: draft => emit(draft.finish(ends, direction)),
			});
		const sides: Readonly<Record<Direction, Side>> = { client: sideOf('client'), server: sideOf('server') };
		return {
			push: (bytes: Uint8Array, origin: Origin) => sides[origin.direction].push(bytes, origin),
			gap: (length: number, origin: Origin) => sides[origin.direction].gap(length, origin),
			end: ({ direction }: Origin) => sides[direction].end(),
			finish() {
				sides.client.end();
				sides.server.end();
			},
		};
	};
}

/**
 * For the option `upgrade` of `createHttp1`: reads WebSocket where a handshake was accepted, as it was agreed upon there.
 *
 * @throws TypeError at the call if `maxMessageBytes` is wrong.
 * @example
 * ```ts
 * import { webSocketUpgrade } from 'rx-reassembly/protocols/websocket';
 *
 * connection.pipe(parseWith(createHttp1({ upgrade: webSocketUpgrade() }))).subscribe(message => {
 *   if ('type' in message) console.log(message.direction, message.kind, message.text);
 *   else console.log(message.request?.url, message.upgrade);
 * });
 * ```
 */
export function webSocketUpgrade(
	options: Pick<WebSocketOptions, 'maxMessageBytes'> = {},
): (exchange: HttpExchange) => ParserFactory<WebSocketMessage> | undefined {
	const { maxMessageBytes } = checkOptions<Pick<WebSocketOptions, 'maxMessageBytes'>>(
		'webSocketUpgrade',
		{ maxMessageBytes: limitOrNone },
		options,
	);
	return ({ upgrade, response }) => {
		if (upgrade?.toLowerCase() !== 'websocket') return undefined;
		const agreed = (response?.headers['sec-websocket-extensions'] ?? '').toLowerCase();
		return createWebSocket({
			maxMessageBytes,
			deflate: /(?:^|[,\s])permessage-deflate(?:[;,\s]|$)/.test(agreed),
			clientNoContextTakeover: agreed.includes('client_no_context_takeover'),
			serverNoContextTakeover: agreed.includes('server_no_context_takeover'),
		});
	};
}
