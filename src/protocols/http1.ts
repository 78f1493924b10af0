import { aFunction, type Checks, checkOptions, limit, limitOrNone } from '../codec.js';
import { Conversation } from './http1/conversation.js';
import { defaultLimits, type Http1Limits } from './http1/limits.js';
import type { HttpExchange } from './http1/message.js';
import type { ParserFactory } from './parser.js';

export type { HttpExchange, HttpField, HttpMessage, HttpRequest, HttpResponse } from './http1/message.js';

/** What {@link createHttp1} can be told. All limits are for one connection. */
export interface Http1Options<Other = never> {
	/** Bytes of each body to keep; 0 for none. What is beyond is only counted. Default 1 MiB. */
	readonly maxBodyBytes?: number | undefined;
	/** Bytes of a start line with its fields, and again of a trailer section. A longer head is malformed. Default 80 KiB. */
	readonly maxHeadBytes?: number | undefined;
	/** Requests that wait for their responses. When there are more, the oldest comes out as it stands. Default 1024. */
	readonly maxPendingRequests?: number | undefined;
	/**
	 * Bytes of finished messages that wait for the rest of their exchange: heads, trailers and kept bodies, each field as 48
	 * bytes at least. Beyond, the same. Default 4 MiB.
	 */
	readonly maxPendingBytes?: number | undefined;
	/**
	 * Bytes of one direction that wait for the other: of a response whose request has not come yet, of a client that has
	 * asked for an upgrade. Beyond, they are read without knowing. Each packet counts 64 bytes more. Default 256 KiB.
	 */
	readonly maxWaitingBytes?: number | undefined;
	/**
	 * Which parser reads on where an exchange hands the connection over: after `101 Switching Protocols`, and after a CONNECT
	 * that was granted. It gets all bytes behind, the gaps and the ends of both directions, and its messages are emitted among
	 * the exchanges. Undefined for nobody. Default: nobody.
	 */
	readonly upgrade?: ((exchange: HttpExchange) => ParserFactory<Other> | undefined) | undefined;
}

const checks: Checks<Http1Options<unknown>> = {
	maxBodyBytes: limitOrNone,
	maxHeadBytes: limit,
	maxPendingRequests: limit,
	maxPendingBytes: limit,
	maxWaitingBytes: limit,
	upgrade: aFunction(),
};

/**
 * Makes a parser of HTTP/1.0 and 1.1 (RFC 9112) for `parseWith`, which is fed both directions of a connection and emits
 * exchanges: requests with their responses, in the order of the requests.
 *
 * It knows pipelining, HEAD, 204 and 304, interim responses, chunked bodies and those that end with the connection. After
 * an upgrade or a CONNECT that is granted, `upgrade` says who reads on; nobody does by default. Bodies stay content-encoded.
 *
 * A gap within a body whose length is known, or that ends with the connection, is counted in its message as `missing`. Any
 * other gap cuts the message, and the parser goes on with the next start line that it finds; so it does after bytes that
 * are not HTTP. What was lost makes no wrong pairs: from then on a response is paired by the times, if they leave no doubt,
 * and otherwise comes out without a request.
 *
 * Where a body may have been left out, a start line in its place is the next message, and the one before is not `complete`:
 * after a request with `Expect: 100-continue` that was not told to go on, as far as is known (the bytes after it wait for
 * the answer), and after a response whose request is unknown, which may have been HEAD. A body of the same look cannot be
 * told from that.
 *
 * Everything that it keeps has a limit, see {@link Http1Options}. It throws for nothing that comes over the wire.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(createHttp1({ maxBodyBytes: 4096 }))).subscribe(({ request }) => console.log(request?.url));
 * ```
 */
export function createHttp1<Other = never>(options: Http1Options<Other> = {}): ParserFactory<HttpExchange | Other> {
	const { upgrade, ...given } = checkOptions<Http1Options<Other>>('createHttp1', checks as Checks<Http1Options<Other>>, options);
	const limits: Http1Limits = { ...defaultLimits, ...withoutUndefined(given) };
	return (emit, ends) => new Conversation(emit, ends, limits, exchange => upgrade?.(exchange)?.(emit, exchange));
}

function withoutUndefined(limits: { readonly [Name in keyof Http1Limits]?: number | undefined }): Partial<Http1Limits> {
	return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

/** {@link createHttp1} with its defaults. */
export const http1: ParserFactory<HttpExchange> = createHttp1();
