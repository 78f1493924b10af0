import { boolean, predicate, text, wholeNumber } from '../codec.js';
import type { HttpExchange, HttpField } from '../protocols/http1/message.js';
import { ends, numberOrNull, textsByName } from './messageFields.js';
import { type JsonCodec, listOf, nullable, object, versioned } from './shape.js';
import { bytesCodec } from './values.js';

const field = predicate(
	'a field: a name and a value',
	(value): value is HttpField => Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'string'),
);

const headers = textsByName('fields by name');

const message = {
	version: text,
	headers,
	rawHeaders: listOf(field),
	trailers: listOf(field),
	body: bytesCodec,
	bodyLength: wholeNumber,
	bodyTruncated: boolean,
	missing: wholeNumber,
	complete: boolean,
};

/**
 * An {@link HttpExchange} as JSON, bodies as Base64.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(http1), toNdjson(httpExchangeCodec)).subscribe(line => console.log(line));
 * ```
 */
export const httpExchangeCodec: JsonCodec<HttpExchange> = versioned(
	object('an HTTP exchange', {
		...ends,
		durationMs: numberOrNull,
		request: nullable(object('a request', { method: text, url: text, host: nullable(text), ...message })),
		response: nullable(object('a response', { status: wholeNumber, reason: text, interim: listOf(wholeNumber), ...message })),
		upgrade: nullable(text),
	}),
);
