import type { MessagePort } from 'node:worker_threads';
import { workerThreads } from './workerThreads.js';

/** What a worker is given when it is started. */
export interface ShardStart {
	/** The module that serves the shard, as a URL. */
	readonly module: string;
	readonly shard: number;
	readonly shards: number;
	/** What the caller wants the pipeline to know. */
	readonly data: unknown;
	readonly port: MessagePort;
	/** The memory of {@link SharedWord}. */
	readonly shared: SharedArrayBuffer;
	/** Whether `serveShard` was called; set in the worker. */
	isServed: boolean;
}

const KEY = 'rx-reassembly/shard';

/** What to give to a worker. */
export function workerDataOf(start: ShardStart): object {
	return { [KEY]: start };
}

/** What this worker was given; undefined on the main thread, and in a worker of somebody else. */
export function shardStart(): ShardStart | undefined {
	const { workerData } = workerThreads();
	return (workerData as Record<string, ShardStart> | null)?.[KEY];
}
