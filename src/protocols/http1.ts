import { checkOptions, limitOrNone } from '../codec.js';
import { Conversation } from './http1/conversation.js';
import type { HttpExchange } from './http1/message.js';
import type { ParserFactory } from './parser.js';

export type { HttpExchange, HttpMessage, HttpRequest, HttpResponse } from './http1/message.js';

/** What {@link createHttp1} can be told. */
export interface Http1Options {
	/** Bytes of each body to keep; 0 for none. What is beyond is only counted. Default 1 MiB. */
	readonly maxBodyBytes?: number | undefined;
}

const MAX_BODY_BYTES = 2 ** 20;

/**
 * Makes a parser of HTTP/1.0 and 1.1 (RFC 9112) for `parseWith`, which is fed both directions of a connection and emits
 * exchanges: requests with their responses, in the order of the requests.
 *
 * It knows pipelining, HEAD, 204 and 304, interim responses, chunked bodies and those that end with the connection. After
 * an upgrade or a CONNECT that is granted, the rest of the connection is passed over. Bodies stay content-encoded.
 *
 * A gap within a body whose length is known, or that ends with the connection, is counted in its message as `missing`. Any
 * other gap cuts the message, and the parser goes on with the next start line that it finds; so it does after bytes that
 * are not HTTP.
 *
 * Bounds: 80 KiB a head, 16 KiB of chunk framing, `maxBodyBytes` a body, 1024 requests without a response, 256 KiB of a
 * direction that waits for the other. It throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(createHttp1({ maxBodyBytes: 4096 }))).subscribe(({ request }) => console.log(request?.url));
 * ```
 */
export function createHttp1(options: Http1Options = {}): ParserFactory<HttpExchange> {
	const { maxBodyBytes = MAX_BODY_BYTES } = checkOptions<Http1Options>('createHttp1', { maxBodyBytes: limitOrNone }, options);
	return (emit, ends) => new Conversation(emit, ends, maxBodyBytes);
}

/** {@link createHttp1} with its defaults. */
export const http1: ParserFactory<HttpExchange> = createHttp1();
