import type { Observable } from 'rxjs';
import { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkOptions, having, instanceOf, limit, limitOrNone } from '../src/codec.js';
import { Valve } from '../src/valve.js';
import { ItemQueue } from './itemQueue.js';

/** What {@link toAsyncIterable} can be told. */
export interface AsyncIterableOptions<T> {
	/** Shared with the source: closed while more than `highWaterMark` waits here. */
	readonly valve?: Valve | undefined;
	/** Bytes that may wait before the valve is closed. Default 64 KiB. */
	readonly highWaterMark?: number | undefined;
	/** Bytes that may wait at all. Default 16 MiB. */
	readonly maxBufferedBytes?: number | undefined;
	/** Is told of each item that is dropped since too much waits: a Subject, or anything with `next()`. */
	readonly dropped?: { next(item: T): void } | undefined;
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
	const {
		highWaterMark = 64 * 2 ** 10,
		maxBufferedBytes = 16 * 2 ** 20,
		size = sizeOf,
		...rest
	} = checkOptions<AsyncIterableOptions<T>>(
		'toAsyncIterable',
		{
			valve: instanceOf(Valve, 'a Valve'),
			highWaterMark: limitOrNone,
			maxBufferedBytes: limit,
			dropped: having<{ next(item: T): void }>('next'),
			size: aFunction<(item: T) => number>(),
		},
		options,
	);
	return {
		[Symbol.asyncIterator]: () => {
			const backlog = rest.valve?.join(highWaterMark);
			const queue = new ItemQueue<T>({ backlog, maxBufferedBytes, size, dropped: rest.dropped });
			source.subscribe(queue);
			return queue.iterator;
		},
	};
}

function sizeOf(item: unknown): number {
	return item instanceof Reassembly || item instanceof Uint8Array ? item.length : 0;
}
