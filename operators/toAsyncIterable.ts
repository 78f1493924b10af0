import type { Observable } from 'rxjs';
import { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkOptions, having } from '../src/codec.js';
import { type FlowReadOptions, flowReadChecks, flowReadSettings } from './flowReadOptions.js';
import { ItemQueue } from './itemQueue.js';

/** What {@link toAsyncIterable} can be told. */
export interface AsyncIterableOptions<T> extends Omit<FlowReadOptions, 'maxBufferedBytes' | 'lossErrors'> {
	/** Bytes that may wait at all. Default 16 MiB. */
	readonly maxBufferedBytes?: number | undefined;
	/** Is told of each item that is dropped since too much waits: a Subject, or anything with `next()`. */
	readonly dropped?: { next(item: T): void } | undefined;
	/** Whether a chunk before which bytes are missing is an error, a `LossError`, behind what came before it. Default false: its `skip` says so. */
	readonly lossErrors?: boolean | undefined;
	/** How many bytes an item has; 256 more are counted for each. Default: those of a chunk or of a `Uint8Array`, else 0. */
	readonly size?: ((item: T) => number) | undefined;
}

/**
 * Makes what an Observable emits the items of a `for await` loop, at the pace of the loop.
 *
 * Each loop subscribes when it begins, and unsubscribes when it is left. Items that come while the loop is busy wait in
 * order; an error comes behind them. Begin the loop in the turn in which a group came, since that keeps nothing longer.
 *
 * What feeds it and has its valve pauses while more than `highWaterMark` waits. What cannot pause (a live wire) goes on:
 * beyond `maxBufferedBytes` items are dropped, and each is told to `dropped`; without that, the loop fails with an
 * {@link OverflowError} behind what waits. Chunks are views, so what waits keeps the blocks alive that it was read in.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * const valve = new Valve();
 * async function* lengths(chunks) {
 *   for await (const chunk of chunks) yield `${chunk.direction}: ${chunk.length}`;
 * }
 * fromFile('capture.pcap', { valve })
 *   .pipe(decodeTcp(), reassemble(), groupByConnection(), mergeFlows(both => lengths(toAsyncIterable(both, { valve }))))
 *   .subscribe(line => console.log(line));
 * ```
 */
export function toAsyncIterable<T>(source: Observable<T>, options: AsyncIterableOptions<T> = {}): AsyncIterable<T> {
	const checked = checkOptions<AsyncIterableOptions<T>>(
		'toAsyncIterable',
		{ ...flowReadChecks, dropped: having<{ next(item: T): void }>('next'), size: aFunction<(item: T) => number>() },
		options,
	);
	const { size = sizeOf, dropped } = checked;
	return {
		[Symbol.asyncIterator]: () => {
			const queue = new ItemQueue<T>({ ...flowReadSettings('toAsyncIterable', checked), size, dropped });
			source.subscribe(queue);
			return queue.iterator;
		},
	};
}

function sizeOf(item: unknown): number {
	return item instanceof Reassembly || item instanceof Uint8Array ? item.length : 0;
}
