import { availableParallelism } from 'node:os';
import { Observable, type OperatorFunction } from 'rxjs';
import { OperatorSubscriber } from '../../operators/operatorSubscriber.js';
import type { Flush } from '../assembly/flush.js';
import { anything, type Checks, checkArgument, checkOptions, instanceOf, wholeNumberTo } from '../codec.js';
import { SHARDS_MAX } from '../shards/shardOf.js';
import type { Segment } from '../wire/segment.js';
import { ShardPool } from './shardPool.js';

/** What {@link inShards} can be told. */
export interface ShardOptions {
	/** How many worker threads. Default: one less than the machine can run at a time, at least 1. */
	readonly shards?: number | undefined;
	/** What the pipelines are to know, as `data` in the second argument of theirs; it is cloned for each. */
	readonly data?: unknown;
	/** Bytes of a batch, with 56 bytes for each segment. Default 64 KiB. */
	readonly batchBytes?: number | undefined;
	/** Batches that a worker may have before it has finished one of them. Default 16. */
	readonly batchesInFlight?: number | undefined;
}

const DEFAULT_BATCH_BYTES = 64 * 1024;
const DEFAULT_BATCHES_IN_FLIGHT = 16;

const checks: Checks<ShardOptions> = {
	shards: wholeNumberTo(SHARDS_MAX),
	data: anything,
	batchBytes: wholeNumberTo(2 ** 26),
	batchesInFlight: wholeNumberTo(2 ** 16),
};

/**
 * Spreads connections over worker threads: both directions of each go to the same shard, `Flush` marks to all of them, and what
 * their pipelines make of it comes back, in order for each connection.
 *
 * `module` is an ES module that calls `serveShard` with the pipeline. Segments travel in batches that are transferred, not
 * copied. Results travel by structured clone, but `Timestamp`, `Flow`, `Endpoint`, `Reassembly`, `Connection`, `Segment` and
 * `Flush` arrive as what they are, wherever they stand in arrays and plain objects. Each shard has the limits of its
 * `reassemble()` for itself. Workers start with each subscription.
 *
 * A worker that has `batchesInFlight` batches to do gets no more: the main thread stands still until it has finished one, and
 * hands out results meanwhile. A live capture then loses what the buffer of the kernel does not hold.
 *
 * When the source completes or errors, the shards end first, and what they held comes out. Errors of its own are
 * {@link ShardError} `not-loaded`, `failed`, `exited`, `not-cloneable`, `stalled`; they end the other workers, as unsubscribing does.
 *
 * @throws TypeError at the call if an argument is wrong.
 * @example
 * ```ts
 * const exchanges = segments.pipe(flushOlderThan(120_000), inShards(new URL('./http.shard.js', import.meta.url), { shards: 2 }));
 * exchanges.subscribe(({ request, time }) => console.log(String(time), request?.url));
 * ```
 */
export function inShards<T>(module: URL, options: ShardOptions = {}): OperatorFunction<Segment | Flush, T> {
	checkArgument('inShards', 'module', instanceOf(URL, 'a URL'), module);
	const checked = checkOptions<ShardOptions>('inShards', checks, options);
	const { shards = Math.max(1, availableParallelism() - 1), data } = checked;
	const { batchBytes = DEFAULT_BATCH_BYTES, batchesInFlight = DEFAULT_BATCHES_IN_FLIGHT } = checked;
	return source =>
		new Observable(out => {
			const pool = new ShardPool<T>({ module: module.href, shards, data, batchBytes, batchesInFlight }, out);
			out.add(() => pool.stop());
			source.subscribe(
				new OperatorSubscriber<Segment | Flush, T>(out, {
					next: item => pool.add(item),
					error: error => pool.end({ error }),
					complete: () => pool.end({}),
				}),
			);
		});
}
