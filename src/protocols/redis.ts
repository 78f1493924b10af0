import { type Checks, checkOptions, limit } from '../codec.js';
import type { ParserFactory } from './parser.js';
import { Conversation, type RedisLimits } from './redis/conversation.js';
import type { RedisMessage } from './redis/message.js';

export type { RedisCommand, RedisMessage } from './redis/message.js';
export { type RespKind, RespValue } from './redis/respValue.js';

/** What {@link createRedis} can be told. All limits are for one connection. */
export interface RedisOptions {
	/** Bytes of each string to keep; what is beyond is only counted. Default 64 KiB. */
	readonly maxValueBytes?: number | undefined;
	/** Items of a command or a reply to keep, at all depths. Default 1024. */
	readonly maxElements?: number | undefined;
	/** Commands that wait for their replies. When there are more, the oldest comes out without one. Default 1024. */
	readonly maxPendingCommands?: number | undefined;
}

const checks: Checks<RedisOptions> = { maxValueBytes: limit, maxElements: limit, maxPendingCommands: limit };

/**
 * Makes a parser of Redis's protocol, RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec), for
 * `parseWith`, which is fed both directions of a connection and emits commands with their replies, in the order of the replies.
 *
 * It knows pipelining, transactions, subscriptions, MONITOR, CLIENT REPLY, inline commands, and all types of values. Text is
 * UTF-8; what is none becomes U+FFFD.
 *
 * A gap within a string costs that string: `missing` counts it. Behind any other gap nobody knows where the next value
 * begins: commands that wait come out without a reply, then `lost`, and nothing more of that connection.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(createRedis())).subscribe(({ command, reply, durationMs }) => {
 *   console.log(command?.name, command?.args, String(reply), durationMs);
 * });
 * ```
 */
export function createRedis(options: RedisOptions = {}): ParserFactory<RedisMessage> {
	const {
		maxValueBytes = 2 ** 16,
		maxElements = 1024,
		maxPendingCommands = 1024,
	} = checkOptions<RedisOptions>('createRedis', checks, options);
	const limits: RedisLimits = { maxValueBytes, maxElements, maxPendingCommands };
	return (emit, ends) => new Conversation(emit, ends, limits);
}

/**
 * {@link createRedis} with its defaults.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(redis)).subscribe(({ command, reply }) => console.log(command?.name, String(reply)));
 * ```
 */
export const redis: ParserFactory<RedisMessage> = createRedis();
