import type { ShardErrorCode } from '../shards/protocol.js';

export type { ShardErrorCode } from '../shards/protocol.js';

/**
 * What `inShards` errors with when a worker thread does not do its part: a `code` to branch on, and `cause`, the error as it
 * was in the worker, with its name, message, stack and code; its class is lost on the way.
 */
export class ShardError extends Error {
	override readonly name = 'ShardError';

	constructor(
		readonly code: ShardErrorCode,
		/** Which of the shards, from 0. */
		readonly shard: number,
		message: string,
		cause?: unknown,
	) {
		super(`shard ${shard}: ${message}`, cause === undefined ? undefined : { cause });
	}
}
