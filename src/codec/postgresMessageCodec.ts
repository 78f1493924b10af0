import { boolean, oneOf, text, wholeNumber } from '../codec.js';
import type { PostgresMessage } from '../protocols/postgres/message.js';
import { ends, numberOrNull, numberOrUnknown, textOrNull, textsByName } from './messageFields.js';
import { type JsonCodec, listOf, nullable, object, oneOfKinds, versioned } from './shape.js';

const told = { type: oneOf('postgres'), ...ends, packet: wholeNumber };
const fault = object('an error or a notice', { severity: text, code: text, message: text });

const query = object('a query', {
	...told,
	kind: oneOf('query', 'execute', 'prepare'),
	query: textOrNull,
	parameters: nullable(wholeNumber),
	results: listOf(object('a result', { columns: listOf(text), rows: wholeNumber, tag: textOrNull })),
	error: nullable(fault),
	copied: wholeNumber,
	durationMs: numberOrNull,
	missing: numberOrUnknown,
	complete: boolean,
});

const startup = object('a startup', {
	...told,
	kind: oneOf('startup'),
	user: textOrNull,
	database: textOrNull,
	parameters: textsByName('texts by name'),
});

const event = object('an event', { ...told, kind: oneOf('encrypted', 'cancel', 'lost'), reason: textOrNull });

/**
 * A {@link PostgresMessage} as JSON: what it is says `kind`.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(postgres), toNdjson(postgresMessageCodec)).subscribe(line => console.log(line));
 * ```
 */
export const postgresMessageCodec: JsonCodec<PostgresMessage> = versioned(
	oneOfKinds('a message of PostgreSQL', 'kind', {
		...{ query, execute: query, prepare: query },
		startup,
		notice: object('a notice', { ...told, kind: oneOf('notice'), notice: fault }),
		notification: object('a notification', { ...told, kind: oneOf('notification'), channel: text, payload: text }),
		...{ encrypted: event, cancel: event, lost: event },
	}),
);
