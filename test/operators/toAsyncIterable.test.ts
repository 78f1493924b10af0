import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { OverflowError } from '../../operators/itemQueue.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { type AsyncIterableOptions, toAsyncIterable } from '../../operators/toAsyncIterable.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import { Valve } from '../../src/valve.js';
import { chunksOf } from '../support/operatorsTraffic.js';

const boom = new Error('boom');
const turn = () => new Promise<void>(resolve => setImmediate(resolve));
/** What one item without bytes counts. */
const ITEM = 256;

function iteratorOf<T>(source: Observable<T>, options?: AsyncIterableOptions<T>): AsyncIterator<T, undefined> {
	return toAsyncIterable(source, options)[Symbol.asyncIterator]() as AsyncIterator<T, undefined>;
}

/** All items, then `|` or what was thrown. */
async function lines<T>(items: AsyncIterable<T>, work: () => unknown = () => undefined): Promise<unknown[]> {
	const all: unknown[] = [];
	try {
		for await (const item of items) {
			all.push(item);
			await work();
		}
		return [...all, '|'];
	} catch (error) {
		return [...all, error];
	}
}

describe('toAsyncIterable', () => {
	it('should give the items in order, and end', async () => {
		expect(await lines(toAsyncIterable(of(1, 2, 3)))).toEqual([1, 2, 3, '|']);
		expect(await lines(toAsyncIterable(of<number>()))).toEqual(['|']);
	});

	it('should give undefined and null like all else', async () => {
		expect(await lines(toAsyncIterable(of(undefined, null, 0)))).toEqual([undefined, null, 0, '|']);
	});

	it('should give what comes while the loop waits, and what comes while it works', async () => {
		const source = new Subject<number>();
		const result = lines(toAsyncIterable(source), turn);
		for (const item of [1, 2, 3]) source.next(item);
		await turn();
		await turn();
		await turn();
		await turn();
		source.next(4);
		source.complete();
		expect(await result).toEqual([1, 2, 3, 4, '|']);
	});

	it('should throw an error behind the items before it', async () => {
		expect(
			await lines(
				toAsyncIterable(
					concat(
						of(1, 2),
						throwError(() => boom),
					),
				),
			),
		).toEqual([1, 2, boom]);
		expect(await lines(toAsyncIterable(throwError(() => undefined)))).toEqual([undefined]);
	});

	it('should throw an error once, then be at its end', async () => {
		const iterator = iteratorOf(throwError(() => boom));
		await expect(iterator.next()).rejects.toBe(boom);
		expect(await iterator.next()).toEqual({ done: true, value: undefined });
	});

	it('should answer calls of next() in the order in which they were made', async () => {
		const source = new Subject<number>();
		const iterator = iteratorOf(source);
		const answers = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
		source.next(1);
		source.next(2);
		source.error(boom);
		expect(await Promise.allSettled(answers)).toEqual([
			{ status: 'fulfilled', value: { done: false, value: 1 } },
			{ status: 'fulfilled', value: { done: false, value: 2 } },
			{ status: 'rejected', reason: boom },
			{ status: 'fulfilled', value: { done: true, value: undefined } },
		]);
	});

	it('should subscribe when a loop begins, once for each', async () => {
		let subscriptions = 0;
		const items = toAsyncIterable(
			new Observable<number>(out => {
				out.next(++subscriptions);
				out.complete();
			}),
		);
		expect(subscriptions).toBe(0);
		expect(await Promise.all([lines(items), lines(items)])).toEqual([
			[1, '|'],
			[2, '|'],
		]);
	});

	it('should unsubscribe at once when the loop is left', async () => {
		const source = new Subject<number>();
		const left = (async () => {
			for await (const item of toAsyncIterable(source)) if (item === 2) break;
		})();
		for (const item of [1, 2, 3]) source.next(item);
		expect(source.observed).toBe(true);
		await left;
		expect(source.observed).toBe(false);
	});

	it('should unsubscribe when the body of the loop throws', async () => {
		const source = new Subject<number>();
		const result = lines(toAsyncIterable(source), () => Promise.reject(boom));
		source.next(1);
		expect(await result).toEqual([1, boom]);
		expect(source.observed).toBe(false);
	});

	it('should return at once from a source that says nothing, and answer who waits', async () => {
		const iterator = iteratorOf(NEVER);
		const waiting = iterator.next();
		expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
		expect(await waiting).toEqual({ done: true, value: undefined });
		expect(await iterator.next()).toEqual({ done: true, value: undefined });
	});

	it('should give nothing more after a return, also of what waits', async () => {
		const iterator = iteratorOf(
			concat(
				of(1, 2),
				throwError(() => boom),
			),
		);
		await iterator.return?.();
		expect(await iterator.next()).toEqual({ done: true, value: undefined });
	});

	it('should stop an endless synchronous source when too much waits', async () => {
		let pulled = 0;
		const endless = new Observable<number>(out => {
			while (!out.closed) out.next(pulled++);
		});
		const result = await lines(toAsyncIterable(endless, { maxBufferedBytes: 10 * ITEM }));
		expect(result).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, new OverflowError(10 * ITEM)]);
		expect(pulled).toBe(11);
	});

	it('should drop what comes while too much waits, and tell each of it, if someone wants to know', async () => {
		const source = new Subject<number>();
		const dropped: number[] = [];
		const items = toAsyncIterable(source, { maxBufferedBytes: 2 * ITEM, dropped: { next: item => dropped.push(item) } });
		const iterator = items[Symbol.asyncIterator]();
		for (const item of [1, 2, 3, 4]) source.next(item);
		expect([await iterator.next(), dropped]).toEqual([{ done: false, value: 1 }, [3, 4]]);
		for (const item of [5, 6]) source.next(item);
		source.complete();
		expect(await lines({ [Symbol.asyncIterator]: () => iterator })).toEqual([2, 5, '|']);
		expect(dropped).toEqual([3, 4, 6]);
	});

	it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('should fail if a size is no number of bytes: %s', async bytes => {
		const result = await lines(toAsyncIterable(of(1), { size: () => bytes }));
		expect(result).toEqual([new TypeError(`toAsyncIterable: size must give a number of bytes, 0 or more, but gave ${bytes}`)]);
	});

	it('should fail with what a size throws, and stop', async () => {
		const source = new Subject<number>();
		const iterator = iteratorOf(source, {
			size() {
				throw boom;
			},
		});
		source.next(1);
		expect(source.observed).toBe(false);
		await expect(iterator.next()).rejects.toBe(boom);
	});

	it('should throw at the call if an option is wrong', () => {
		expect(() => toAsyncIterable(NEVER, { highWaterMark: -1 })).toThrow(
			new TypeError('toAsyncIterable: option highWaterMark must be a whole number from 0 on, or Infinity, but is -1'),
		);
		expect(() => toAsyncIterable(NEVER, { valve: {} as Valve })).toThrow('option valve must be a Valve, but is an object');
		expect(() => toAsyncIterable(NEVER, { mark: 1 } as object)).toThrow('there is no option mark');
	});

	it('should keep what a group had before its loop began', async () => {
		const chunks = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 4:7(3) "DEF"');
		async function* texts(connection: AsyncIterable<Reassembly>) {
			for await (const { bytes, length } of connection) if (length > 0) yield new TextDecoder().decode(bytes);
		}
		const source = new Subject<Reassembly>();
		const found: string[] = [];
		const done = new Promise<void>(resolve => {
			source
				.pipe(
					groupByConnection(),
					mergeFlows(connection => texts(toAsyncIterable(connection))),
				)
				.subscribe({ next: text => found.push(text), complete: resolve });
		});
		for (const chunk of chunks) source.next(chunk);
		source.complete();
		await done;
		expect(found).toEqual(['ABC', 'DEF']);
	});
});

describe('toAsyncIterable with a valve', () => {
	it('should close it while too much waits, and open it as the loop goes on', async () => {
		const valve = new Valve();
		const source = new Subject<number>();
		const iterator = iteratorOf(source, { valve, highWaterMark: 2 * ITEM });
		const open: boolean[] = [];
		for (const item of [1, 2, 3, 4]) {
			source.next(item);
			open.push(valve.isOpen);
		}
		for (let i = 0; i < 4; i++) {
			await iterator.next();
			open.push(valve.isOpen);
		}
		expect(open).toEqual([true, true, false, false, false, true, true, true]);
		expect(valve.waitingBytes).toBe(0);
	});

	it('should count the bytes of chunks and of byte arrays, and what it is told of other things', () => {
		const chunk = chunksOf('C> . 1:4(3) "ABC"')[0] as Reassembly;
		const counted = <T>(item: T, size?: (item: T) => number) => {
			const valve = new Valve();
			iteratorOf(of(item), { valve, size });
			return valve.waitingBytes;
		};
		expect([counted(chunk), counted(new Uint8Array(9)), counted('text')]).toEqual([ITEM + 3, ITEM + 9, ITEM]);
		expect(counted('text', text => text.length)).toBe(ITEM + 4);
	});

	it('should let go of it when the loop is left, or its body throws', async () => {
		for (const leave of ['return', 'throw'] as const) {
			const valve = new Valve();
			const iterator = iteratorOf(of(1, 2, 3), { valve, highWaterMark: 0 });
			expect(valve.isOpen).toBe(false);
			await iterator[leave]?.(boom as never).catch(() => undefined);
			expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
		}
	});

	it('should keep it closed for what waits behind the end of the source', async () => {
		const valve = new Valve();
		const items = toAsyncIterable(of(1, 2), { valve, highWaterMark: 0 });
		const iterator = items[Symbol.asyncIterator]();
		expect(valve.isOpen).toBe(false);
		expect(await lines({ [Symbol.asyncIterator]: () => iterator })).toEqual([1, 2, '|']);
		expect(valve.isOpen).toBe(true);
	});
});
