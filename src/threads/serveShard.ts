import { defer, type Observable, type ObservableInput, Subject } from 'rxjs';
import type { Flush } from '../assembly/flush.js';
import { aFunction, checkArgument } from '../codec.js';
import { errorOf, type ToShard } from '../shards/protocol.js';
import { readBatch } from '../shards/readBatch.js';
import type { Segment } from '../wire/segment.js';
import { type ShardStart, shardStart } from './shardStart.js';
import { ToMain } from './toMain.js';

/** What a shard knows of itself. */
export interface Shard<Data = unknown> {
	/** Which one it is, from 0. */
	readonly shard: number;
	/** How many there are. */
	readonly shards: number;
	/** The option `data` of `inShards`. */
	readonly data: Data;
}

/**
 * Serves one shard of `inShards`: in a worker thread, `pipeline` is given the segments and marks of the connections that fall to
 * it, and what it makes of them goes to the main thread.
 *
 * The segments are as `decodeTcp` made them, but their bytes lie in the batch that they came in (64 KiB). Results are sent with
 * the end of a batch, or of the turn if they come later. When the source completes or fails, the segments do too.
 *
 * @throws TypeError at the call if `pipeline` is not a function.
 * @throws Error if the module was not started by `inShards`, or calls it twice.
 * @example
 * ```ts
 * // http.shard.js, for inShards(new URL('./http.shard.js', import.meta.url))
 * serveShard(segments => segments.pipe(reassemble(), groupByConnection(), mergeFlows(connection => connection.pipe(parseWith(http1)))));
 * ```
 */
export function serveShard<T, Data = unknown>(
	pipeline: (segments: Observable<Segment | Flush>, shard: Shard<Data>) => ObservableInput<T>,
): void {
	checkArgument('serveShard', 'pipeline', aFunction(), pipeline);
	const start = shardStart();
	if (start === undefined) throw new Error('serveShard: this module was not started by inShards');
	if (start.isServed) throw new Error('serveShard: this shard is served already');
	start.isServed = true;
	const { shard, shards, data } = start;
	serve(start, segments => pipeline(segments, { shard, shards, data: data as Data }));
}

function serve(start: ShardStart, pipeline: (segments: Observable<Segment | Flush>) => ObservableInput<unknown>): void {
	const { port } = start;
	const main = new ToMain(start);
	// What comes before the pipeline has subscribed is lost, and so nothing comes before that.
	const segments = new Subject<Segment | Flush>();
	let sourceError: Error | undefined;
	let inBatch = false;
	let isScheduled = false;
	const sendLater = () => {
		if (inBatch || isScheduled) return;
		isScheduled = true;
		setImmediate(() => {
			isScheduled = false;
			main.sendResults();
		});
	};
	defer(() => pipeline(segments)).subscribe({
		next(value) {
			main.add(value);
			sendLater();
		},
		error(error) {
			// The main thread has the error of the source itself, and waits for us to be done with it.
			if (sourceError !== undefined && error === sourceError) main.complete();
			else if (main.sendResults()) main.fail('failed', error);
			port.close();
		},
		complete() {
			main.complete();
			port.close();
		},
	});
	port.on('message', (message: ToShard) => {
		if (!(message instanceof ArrayBuffer)) {
			sourceError = message.failure && errorOf(message.failure);
			if (sourceError === undefined) segments.complete();
			else segments.error(sourceError);
			return;
		}
		inBatch = true;
		readBatch(message, item => segments.next(item));
		inBatch = false;
		main.sendResults();
		main.finishBatch();
	});
}
