import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Flush, Segment, Timestamp } from 'rx-reassembly';
import { inShards, ShardError } from 'rx-reassembly/node';
import { flushOlderThan } from 'rx-reassembly/operators';
import type { HttpExchange } from 'rx-reassembly/protocols';
import { concat, config, defer, EMPTY, finalize, from, lastValueFrom, NEVER, Observable, Subject, take, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { captureOf, synsOf } from '../cli/captures.js';
import { outcome, segmentsIn, told, workers } from './runs.js';

const root = resolve(import.meta.dirname, '../../..');
const recorded = segmentsIn(readFileSync(join(root, 'examples/captures/http.pcap')));
/** Segments of one connection. */
const talk = segmentsIn(
	captureOf(['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', ...[1, 2, 3, 4, 5, 6].map(i => `C> . ${i}:${i + 1}(1) ack 1 "${i}"`)]),
);
const numbers = (items: readonly (Segment | Flush)[]) => items.map(item => (item instanceof Segment ? item.packet : 'flush'));
const ticks = (ms: number) => new Promise(done => setTimeout(done, ms));

/** Waits for something that another thread does. */
async function until(condition: () => boolean): Promise<void> {
	for (const end = Date.now() + 15_000; !condition() && Date.now() < end; ) await ticks(5);
	expect(condition()).toBe(true);
}

// What every operator must do, as far as it can be asked of one whose results come from other threads: the shared checklist
// is about what happens within one turn.
describe('inShards as an operator', () => {
	it('should complete with an empty source', async () => {
		expect(await outcome(EMPTY.pipe(workers('segments', { shards: 2 })))).toEqual([]);
	});

	it('should be silent with a silent source, and let go of it', async () => {
		let isLeft = false;
		const source = NEVER.pipe(finalize(() => (isLeft = true)));
		const events: unknown[] = [];
		const subscription = source
			.pipe(workers('segments', { shards: 1 }))
			.subscribe({ next: v => events.push(v), error: e => events.push(e) });
		await ticks(300);
		subscription.unsubscribe();
		expect(isLeft).toBe(true);
		expect(events).toEqual([]);
	});

	it('should give all items in order, marks in their places', async () => {
		const items = await lastValueFrom(from(talk).pipe(flushOlderThan(1, { everyMs: 20, clock: 'packet' }), toArray()));
		expect(items.length).toBeGreaterThan(talk.length);
		const found = await outcome(from(items).pipe(workers<Segment | Flush>('segments', { shards: 1, batchBytes: 200 })));
		expect(numbers(found as Segment[])).toEqual(numbers(items));
	});

	it('should give marks to every shard', async () => {
		const marks = (await lastValueFrom(from(talk).pipe(flushOlderThan(1, { everyMs: 20, clock: 'packet' }), toArray()))).filter(
			item => !(item instanceof Segment),
		);
		const found = await outcome(from(marks).pipe(workers('segments', { shards: 3 })));
		expect(found.map(told).sort()).toEqual([...marks, ...marks, ...marks].map(told).sort());
	});

	it('should let what is held come out before the error of its source', async () => {
		const boom = new TypeError('boom');
		const [syn, ...rest] = talk as [Segment, ...Segment[]];
		const source = concat(
			from([syn, ...rest.slice(3)]),
			throwError(() => boom),
		);
		const found = await outcome(source.pipe(workers('chunks', { shards: 2 })));
		const last = found.at(-1) as { failed: Error };
		expect(last.failed).toBe(boom);
		const chunks = found.slice(0, -1) as { skip: number; closed?: string }[];
		expect(chunks.some(({ skip }) => skip > 0)).toBe(true);
		expect(chunks.at(-1)?.closed).toBe('eof');
	});

	it('should stop an endless synchronous source when its consumer has enough', async () => {
		let pulled = 0;
		const endless = new Observable<Segment>(out => {
			while (!out.closed && pulled < 5_000_000) out.next(talk[pulled++ % talk.length] as Segment);
		});
		const found = await lastValueFrom(endless.pipe(workers<Segment>('segments', { shards: 2 }), take(3), toArray()));
		expect(numbers(found)).toEqual([1, 2, 3]);
		expect(pulled).toBeLessThan(5_000_000);
	});

	it('should keep the order when its consumer makes the source emit', async () => {
		const source = new Subject<Segment>();
		const waiting = [...talk];
		const found: (number | string)[] = [];
		const feed = () => {
			for (const item of waiting.splice(0, 1)) source.next(item);
			if (waiting.length === 0) source.complete();
		};
		source.pipe(workers<Segment>('segments', { shards: 1, batchBytes: 1, batchesInFlight: 1 })).subscribe({
			next(item) {
				found.push(item.packet);
				feed();
			},
			complete: () => found.push('|'),
		});
		feed();
		await until(() => found.at(-1) === '|');
		expect(found).toEqual([...talk.map(({ packet }) => packet), '|']);
	});

	it('should lose nothing when its consumer makes the source emit all, and the shards complete meanwhile', async () => {
		const source = new Subject<Segment>();
		const waiting = segmentsIn(synsOf(2000));
		const found: unknown[] = [];
		source.pipe(workers<Segment>('first', { shards: 2, batchBytes: 1000, batchesInFlight: 1, data: { count: 200 } })).subscribe({
			next({ packet }) {
				found.push(packet);
				for (const item of waiting.splice(0)) source.next(item);
			},
			complete: () => found.push('|'),
		});
		source.next(waiting.shift() as Segment);
		await until(() => found.at(-1) === '|');
		expect(found).toHaveLength(2 * 200 + 1);
	});

	it('should start workers for each subscription alone, and only then', async () => {
		let subscriptions = 0;
		const source = defer(() => {
			subscriptions++;
			return from(talk);
		});
		const piped = source.pipe(workers<Segment>('segments', { shards: 1 }));
		expect(subscriptions).toBe(0);
		const [a, b] = await Promise.all([outcome(piped), outcome(piped)]);
		expect(subscriptions).toBe(2);
		expect([a, b].map(each => numbers(each as Segment[]))).toEqual([numbers(talk), numbers(talk)]);
	});

	it('should go on when its consumer throws', async () => {
		const errors: unknown[] = [];
		config.onUnhandledError = error => errors.push(error);
		try {
			let isDone = false;
			from(talk)
				.pipe(workers('segments', { shards: 1 }))
				.subscribe({
					next() {
						throw new Error('boom');
					},
					complete: () => (isDone = true),
				});
			await until(() => isDone && errors.length === talk.length);
		} finally {
			config.onUnhandledError = null;
		}
	});

	it('should pass on at once what comes one by one', async () => {
		const source = new Subject<Segment>();
		const found: number[] = [];
		const subscription = source.pipe(workers<Segment>('segments', { shards: 2 })).subscribe(({ packet }) => found.push(packet));
		for (const segment of talk) {
			source.next(segment);
			await until(() => found.at(-1) === segment.packet);
		}
		subscription.unsubscribe();
	});
});

describe('inShards', () => {
	it('should check its arguments at the call', () => {
		const module = new URL('./workers/segments.js', import.meta.url);
		const call =
			(...args: unknown[]) =>
			() =>
				Reflect.apply(inShards, undefined, args);
		expect(call('./segments.js')).toThrow('inShards: module must be a URL, but is "./segments.js"');
		expect(call(module, { shards: 0 })).toThrow('inShards: option shards must be a whole number from 1 to 1024, but is 0');
		expect(call(module, { threads: 2 })).toThrow('there is no option threads; the options are shards, data, batchBytes, batchesInFlight');
	});

	it('should bring exchanges as useful as they are on one thread', async () => {
		const [exchange] = (await outcome(from(recorded).pipe(workers<HttpExchange>('http', { shards: 2 }), take(1)))) as [HttpExchange];
		expect(exchange.time).toBeInstanceOf(Timestamp);
		expect(String(exchange.time)).toMatch(/^20\d\d-.*\.\d{6}Z$/);
		expect(Object.getPrototypeOf(exchange.request?.headers)).toBe(null);
		expect(exchange.request?.headers.host).toBe('shop.example');
	});

	it('should complete when all of its shards have completed early', async () => {
		const source = concat(from(talk), NEVER);
		expect(numbers((await outcome(source.pipe(workers<Segment>('first', { shards: 1, data: { count: 2 } })))) as Segment[])).toEqual([
			1, 2,
		]);
	});

	it('should give to a pipeline what it is to know', async () => {
		const found = await outcome(from(talk).pipe(workers('context', { shards: 2, data: { deep: [1n] } })));
		expect(found.map(each => JSON.stringify(each, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort()).toEqual([
			'{"shard":0,"shards":2,"data":{"deep":["1n"]}}',
			'{"shard":1,"shards":2,"data":{"deep":["1n"]}}',
		]);
	});

	it('should keep no more than the batches in flight, however slow a worker is', async () => {
		const syns = segmentsIn(synsOf(2000));
		const [batchBytes, batchesInFlight] = [1000, 2];
		const perBatch = Math.floor(batchBytes / 88);
		let [pulled, found, most] = [0, 0, 0];
		const source = new Observable<Segment>(out => {
			for (const segment of syns) {
				pulled++;
				most = Math.max(most, pulled - found);
				out.next(segment);
			}
			out.complete();
		});
		const slow = source.pipe(workers('slow', { shards: 1, batchBytes, batchesInFlight, data: { ms: 0.2 } }));
		await new Promise<void>((complete, error) => slow.subscribe({ next: () => found++, error, complete }));
		expect(found).toBe(syns.length);
		// Those in flight, and the one that is being filled.
		expect(most).toBeLessThanOrEqual((batchesInFlight + 1) * perBatch + 1);
	});

	it('should hand results out while a synchronous source goes on', async () => {
		const syns = segmentsIn(synsOf(3000));
		let whileEmitting = 0;
		let isEmitting = true;
		const source = new Observable<Segment>(out => {
			for (let i = 0; i < 20; i++) for (const segment of syns) out.next(segment);
			isEmitting = false;
			out.complete();
		});
		const found = source.pipe(workers('segments', { shards: 2, batchesInFlight: 2 }));
		await new Promise<void>((complete, error) => found.subscribe({ next: () => (whileEmitting += Number(isEmitting)), error, complete }));
		expect(whileEmitting).toBeGreaterThan(20 * syns.length - 10_000);
	});
});

describe('a shard that fails', () => {
	/** The error that comes of it, and how many results came before. */
	async function failure(name: string, data?: object, source: Observable<Segment> = from(talk)): Promise<[ShardError, number]> {
		const found = await outcome(source.pipe(workers<number>(name, { shards: 1, data })));
		const { failed } = found.at(-1) as { failed: ShardError };
		expect(failed).toBeInstanceOf(ShardError);
		return [failed, found.length - 1];
	}

	/** Sources that end at once, that never end, and that leave the event loop no turn until they are unsubscribed. */
	const sources: [string, Observable<Segment>][] = [
		['ends', from(talk)],
		['is silent then', concat(from(talk), NEVER)],
		[
			'leaves no turn',
			new Observable(out => {
				while (!out.closed) for (const segment of talk) out.next(segment);
			}),
		],
	];

	describe.each(sources)('with a source that %s', (kind, source) => {
		it.each([
			['throws', 'failed', 'that was wrong', 'RangeError'],
			['throwsLater', 'failed', 'that was wrong', 'RangeError'],
			['rejects', 'failed', 'nobody cares', 'Error'],
			['exits', 'exited', 'code 3', 'Error'],
			['gives', 'not-cloneable', 'could not be cloned', 'DataCloneError'],
			['refuses', 'failed', 'not with me', 'Error'],
		])('should end with an error if its pipeline %s', async (how, code, message, name) => {
			// What is thrown when all is done is thrown on the main thread, as it is where there are no others.
			if (how === 'throwsLater' && kind === 'ends') return;
			const [error] = await failure('failing', { how, shard: 0, packet: 4 }, source);
			expect(error).toMatchObject({ code, shard: 0, message: expect.stringContaining(message) });
			expect(error.message).toMatch(/^shard 0: /);
			if (code !== 'not-cloneable') expect((error.cause as Error).name).toBe(name);
		});

		it.each([
			['unserved', 'does not call serveShard'],
			['unloadable', 'rx-reassembly/nothing'],
			['missing', 'missing.js'],
		])('should end with an error if its module is %s', async (name, message) => {
			const [error] = await failure(name, {}, source);
			expect(error.code).toBe('not-loaded');
			expect(error.message).toContain(name === 'unloadable' ? './nothing' : message);
		});
	});

	it('should give the results before the error', async () => {
		const [error, before] = await failure('failing', { how: 'throws', shard: 0, packet: 4 });
		expect([error.code, before]).toEqual(['failed', 3]);
	});

	it('should end the others, and let go of the source', async () => {
		let isLeft = false;
		const source = concat(from(recorded), NEVER).pipe(finalize(() => (isLeft = true)));
		const found = await outcome(source.pipe(workers('failing', { shards: 3, data: { how: 'throws', shard: 1, packet: 1 } })));
		expect(found.at(-1)).toMatchObject({ failed: { code: 'failed', shard: 1 } });
		expect(isLeft).toBe(true);
	});

	it('should say what cannot be sent to a worker', async () => {
		const found = await outcome(from(talk).pipe(workers('segments', { data: () => 1 })));
		expect(String((found[0] as { failed: Error }).failed)).toContain('could not be cloned');
	});
});
