import { oneOf, predicate, text, wholeNumber } from '../codec.js';
import type { RedisMessage } from '../protocols/redis/message.js';
import { type RespKind, RespValue } from '../protocols/redis/respValue.js';
import { ends, numberOrNull, textOrNull } from './messageFields.js';
import { type JsonCodec, listOf, mapped, nullable, object, optional, usually, versioned } from './shape.js';

/** Values in values that are read: more than the parser keeps, and few enough for the stack. */
const DEPTH_MAX = 64;

const kind = oneOf<RespKind>(
	...(['string', 'error', 'integer', 'double', 'big-number', 'boolean', 'null', 'verbatim'] as const),
	...(['array', 'map', 'set', 'push'] as const),
);

const tooDeep = predicate(`values nested up to ${DEPTH_MAX} deep`, (_value): _value is RespValue => false);

/** A codec of values with items that another codec reads. */
function valueWith(item: JsonCodec<RespValue>): JsonCodec<RespValue> {
	const fields = object('a value of Redis', {
		kind,
		text: textOrNull,
		length: wholeNumber,
		items: optional(listOf(item)),
		missing: usually(0, wholeNumber),
	});
	return mapped('a value of Redis', fields, {
		is: (value): value is RespValue => value instanceof RespValue,
		read: ({ kind, text, length, items = [], missing }) => new RespValue(kind, text, length, items, missing),
		write: ({ kind, text, length, items, missing }) => ({ kind, text, length, items: items.length > 0 ? items : undefined, missing }),
	});
}

// One codec for each depth, so that the last one refuses to go on.
const value = Array.from({ length: DEPTH_MAX }).reduce<JsonCodec<RespValue>>(valueWith, tooDeep);

/**
 * A {@link RedisMessage} as JSON. Of its values `items` is left out where there are none, and `missing` where it is 0; values
 * that are nested more than 64 deep are refused: the parser keeps 33.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(redis), toNdjson(redisMessageCodec)).subscribe(line => console.log(line));
 * ```
 */
export const redisMessageCodec: JsonCodec<RedisMessage> = versioned(
	object('a message of Redis', {
		type: oneOf('redis'),
		kind: oneOf('exchange', 'push', 'lost'),
		...ends,
		packet: wholeNumber,
		durationMs: numberOrNull,
		command: nullable(object('a command', { name: text, args: listOf(text), value })),
		reply: nullable(value),
		reason: textOrNull,
	}),
);
