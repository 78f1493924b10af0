import type { Timestamp } from '../../timestamp.js';

/** What all that is told of a connection has in common. */
interface Told {
	/** Tells it from the messages of other parsers. */
	readonly type: 'postgres';
	/** `10.0.0.1:1234`, `[::1]:1234` */
	readonly client: string;
	readonly server: string;
	/** When its first byte was captured, and with which packet that came, from 1. */
	readonly time: Timestamp;
	readonly packet: number;
}

/** What came of one statement. */
export interface PostgresResult {
	/** Names of the columns; empty if there are none, or nobody asked for them. */
	readonly columns: readonly string[];
	/** Rows that came. */
	readonly rows: number;
	/** What the server says that it did: `SELECT 3`; null if it did not come to its end. */
	readonly tag: string | null;
}

/** An error, or a notice: those of its fields that everybody wants (PostgreSQL manual, "Error and Notice Message Fields"). */
export interface PostgresFault {
	/** `ERROR`, `FATAL`, `WARNING`, … */
	readonly severity: string;
	/** SQLSTATE: `42P01` */
	readonly code: string;
	readonly message: string;
}

/** A query, or a prepared statement that was executed, and what came of it. */
export interface PostgresQuery extends Told {
	/** `query`: a simple one; `execute`: a prepared one; `prepare`: one that the server refused to prepare. */
	readonly kind: 'query' | 'execute' | 'prepare';
	/** The SQL; null if the statement was prepared before the capture. At most `maxQueryBytes` of it. */
	readonly query: string | null;
	/** Values that were bound to it; null for a simple query. */
	readonly parameters: number | null;
	/** One for each statement in it; of a prepared one, one. */
	readonly results: readonly PostgresResult[];
	readonly error: PostgresFault | null;
	/** Bytes that were copied (COPY), in either direction. */
	readonly copied: number;
	/** Milliseconds to the end of what the server said to it; null if that was not seen. */
	readonly durationMs: number | null;
	/** Bytes that gaps swallowed of it and of the answer. */
	readonly missing: number;
	/** All of it was seen, and of the answer. */
	readonly complete: boolean;
}

/** How a connection begins. */
export interface PostgresStartup extends Told {
	readonly kind: 'startup';
	readonly user: string | null;
	readonly database: string | null;
	/** All that the client sets: `user`, `database`, `application_name`, … No prototype. */
	readonly parameters: Readonly<Record<string, string>>;
}

/** What the server says unasked: a notice, or what somebody notified a channel of. */
export interface PostgresNotice extends Told {
	readonly kind: 'notice';
	readonly notice: PostgresFault;
}
export interface PostgresNotification extends Told {
	readonly kind: 'notification';
	readonly channel: string;
	readonly payload: string;
}

/**
 * Other things: `encrypted`, the rest is TLS or GSSAPI; `cancel`, the connection only asks to cancel a query of another;
 * `lost`, nobody can say what follows in a direction, and nothing more comes of the connection.
 */
export interface PostgresEvent extends Told {
	readonly kind: 'encrypted' | 'cancel' | 'lost';
	/** Of `lost`: why; else null. */
	readonly reason: string | null;
}

/** What a connection tells. */
export type PostgresMessage = PostgresQuery | PostgresStartup | PostgresNotice | PostgresNotification | PostgresEvent;
