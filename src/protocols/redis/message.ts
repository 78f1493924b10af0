import type { Timestamp } from '../../timestamp.js';
import type { RespValue } from './respValue.js';

/** What a client wants done. */
export interface RedisCommand {
	/** In capitals: `GET`. */
	readonly name: string;
	/** What stands behind the name, as text. */
	readonly args: readonly string[];
	/** As it was sent. */
	readonly value: RespValue;
}

/** A command with its reply, or what else is said. */
export interface RedisMessage {
	/** Tells it from the messages of other parsers. */
	readonly type: 'redis';
	/**
	 * `exchange`: a command and its reply; `push`: what the server says unasked (subscriptions, MONITOR, invalidations); `lost`:
	 * nobody can say what follows in a direction, and nothing more comes of the connection.
	 */
	readonly kind: 'exchange' | 'push' | 'lost';
	readonly client: string;
	readonly server: string;
	/** When its first byte was captured, and with which packet that came, from 1: of the command, if it was seen. */
	readonly time: Timestamp;
	readonly packet: number;
	/** Milliseconds from the first byte of the command to the last one of the reply; null if either was not seen. */
	readonly durationMs: number | null;
	/** Null for what is unasked, and for a reply whose command was not seen. */
	readonly command: RedisCommand | null;
	/** Null if none came, or none was to come. */
	readonly reply: RespValue | null;
	/** Of `lost`: why; else null. */
	readonly reason: string | null;
}
