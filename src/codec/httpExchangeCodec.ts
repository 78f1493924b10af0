import * as t from 'io-ts';
import { boolean, predicate, text, wholeNumber } from '../codec.js';
import type { HttpExchange, HttpField } from '../protocols/http1/message.js';
import { type JsonCodec, listOf, mapped, nullable, object, versioned } from './shape.js';
import { bytesCodec, timestampCodec } from './values.js';

const field = predicate(
	'a field: a name and a value',
	(value): value is HttpField => Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'string'),
);

/** Values by name, without a prototype: a field may be named `__proto__`. */
const headers = mapped<Readonly<Record<string, string>>, Record<string, string>>(
	'fields by name',
	t.record(t.string, t.string, 'fields by name') as unknown as JsonCodec<Record<string, string>>,
	{
		is: (value): value is Readonly<Record<string, string>> => typeof value === 'object' && value !== null,
		read: plain => bare(plain),
		write: bare,
	},
);

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
		client: text,
		server: text,
		time: timestampCodec,
		durationMs: nullable(predicate('a number', (value): value is number => typeof value === 'number')),
		request: nullable(object('a request', { method: text, url: text, host: nullable(text), ...message })),
		response: nullable(object('a response', { status: wholeNumber, reason: text, interim: listOf(wholeNumber), ...message })),
		upgrade: nullable(text),
	}),
);

function bare(fields: Readonly<Record<string, string>>): Record<string, string> {
	return Object.assign(Object.create(null), fields);
}
