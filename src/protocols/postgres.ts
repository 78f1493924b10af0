import { aFunction, type Checks, checkOptions, limit } from '../codec.js';
import type { ParserFactory } from './parser.js';
import { Conversation, type PostgresLimits } from './postgres/conversation.js';
import type { PostgresMessage } from './postgres/message.js';

export type {
	PostgresEvent,
	PostgresFault,
	PostgresMessage,
	PostgresNotice,
	PostgresNotification,
	PostgresQuery,
	PostgresResult,
	PostgresStartup,
} from './postgres/message.js';

/** What {@link createPostgres} can be told. All limits are for one connection. */
export interface PostgresOptions<Other = never> {
	/** Bytes of each query, and of whatever else a client sends, to keep. Default 64 KiB. */
	readonly maxQueryBytes?: number | undefined;
	/** Messages of the client that wait for their answers. When there are more, the oldest comes out without one. Default 1024. */
	readonly maxPendingQueries?: number | undefined;
	/** Characters of statements that were prepared, each as 100 more; beyond, the oldest are forgotten. Default 1 MiB. */
	readonly maxStatementBytes?: number | undefined;
	/** The parser that reads on where client and server turn to TLS, for example `tls`. Default: nobody. */
	readonly tls?: ParserFactory<Other> | undefined;
}

const checks: Checks<PostgresOptions<unknown>> = {
	maxQueryBytes: limit,
	maxPendingQueries: limit,
	maxStatementBytes: limit,
	tls: aFunction(),
};

/**
 * Makes a parser of PostgreSQL's protocol, version 3 (PostgreSQL manual, "Frontend/Backend Protocol"), for `parseWith`, which
 * is fed both directions of a connection and emits queries with what came of them, in the order of their answers; besides,
 * how the connection began, notices, notifications, and that it was encrypted.
 *
 * It knows simple queries, prepared statements, pipelining, COPY, errors in all of these. The content of rows, and what is
 * copied, is counted, not kept. A connection that was running before is read from where both directions begin with a message.
 *
 * A gap within a message costs what that message says: `missing` counts it. Behind any other gap nobody knows where the next
 * message begins: what waits comes out as it stands, then `lost`, and nothing more of that connection.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(parseWith(createPostgres())).subscribe(message => {
 *   if (message.kind === 'query') console.log(message.query, message.results[0]?.rows, message.durationMs);
 * });
 * ```
 */
export function createPostgres<Other = never>(options: PostgresOptions<Other> = {}): ParserFactory<PostgresMessage | Other> {
	const checked = checkOptions<PostgresOptions<Other>>('createPostgres', checks as Checks<PostgresOptions<Other>>, options);
	const { maxQueryBytes = 2 ** 16, maxPendingQueries = 1024, maxStatementBytes = 2 ** 20, tls } = checked;
	const limits: PostgresLimits = { maxQueryBytes, maxPendingQueries, maxStatementBytes };
	return (emit, ends) => new Conversation(emit, ends, limits, () => tls?.(emit, ends));
}

/**
 * {@link createPostgres} with its defaults.
 *
 * @example
 * ```ts
 * connection.pipe(parseWith(postgres)).subscribe(message => console.log(message.kind));
 * ```
 */
export const postgres: ParserFactory<PostgresMessage> = createPostgres();
