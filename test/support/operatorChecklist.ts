import { defer, EMPTY, from, NEVER, Observable, type OperatorFunction, Subject, take, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { record, unhandledErrorsOf } from './operatorsRecord.js';

/** What is known to come of an operator. */
interface Expected {
	/** What comes of the items. */
	readonly output: readonly string[];
	/** What the end of the source still brings, before the operator completes. */
	readonly atEnd?: readonly string[];
	/** What an error of the source still brings, before the operator passes it on. */
	readonly atError?: readonly string[];
}

/** An operator, and what is known to come of it. */
export interface OperatorCase<In, Out> extends Expected {
	/** Makes the operator. */
	make(): OperatorFunction<In, Out>;
	/** Makes what goes in: something must come of it before it ends, and the more the better. */
	items(): readonly In[];
	print(out: Out): string;
}

/** What every operator must do, whatever it is for. */
export function checkOperator<In, Out>(name: string, tested: OperatorCase<In, Out>): void {
	describe(`${name} as an operator`, () => {
		beforeEach(() => {
			vi.useFakeTimers();
		});
		afterEach(() => {
			vi.useRealTimers();
		});
		checkEnds(tested);
		checkTeardown(tested);
		checkReentrance(tested);
		checkIndependence(tested);
	});
}

const boom = new Error('boom');
const whole = ({ output, atEnd = [] }: Expected) => [...output, ...atEnd, '|'];
const broken = ({ output, atError = [] }: Expected) => [...output, ...atError, '# boom'];

function checkEnds<In, Out>(tested: OperatorCase<In, Out>): void {
	const { make, items, print } = tested;

	it('should complete at once with an empty source', () => {
		expect(record(EMPTY.pipe(make()), print).lines).toEqual(['|']);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should be silent with a silent source', () => {
		const { lines, subscription } = record(NEVER.pipe(make()), print);
		vi.advanceTimersByTime(10_000);
		expect(lines).toEqual([]);
		expect(subscription.closed).toBe(false);
		subscription.unsubscribe();
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should emit all that comes of the items, and complete', () => {
		expect(record(from(items()).pipe(make()), print).lines).toEqual(whole(tested));
		vi.advanceTimersByTime(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should pass an error on, after all that it has', () => {
		const source = new Subject<In>();
		const { lines } = record(source.pipe(make()), print);
		for (const item of items()) source.next(item);
		source.error(boom);
		expect(lines).toEqual(broken(tested));
		vi.advanceTimersByTime(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should pass the error of a source on that does nothing but fail', () => {
		const errors: unknown[] = [];
		throwError(() => boom)
			.pipe(make())
			.subscribe({ error: error => errors.push(error) });
		expect(errors).toEqual([boom]);
		expect(errors[0]).toBe(boom);
	});
}

function checkTeardown<In, Out>({ make, items, print, output }: OperatorCase<In, Out>): void {
	it('should let go of its source and its timers when it is unsubscribed', () => {
		for (let count = 0; count <= items().length; count++) {
			const source = new Subject<In>();
			const { lines, subscription } = record(source.pipe(make()), print);
			for (const item of items().slice(0, count)) source.next(item);
			expect(source.observed).toBe(true);
			const before = [...lines];
			subscription.unsubscribe();
			expect(source.observed).toBe(false);
			expect(vi.getTimerCount()).toBe(0);
			vi.advanceTimersByTime(10_000);
			expect(lines).toEqual(before);
		}
	});

	it('should stop an endless synchronous source when its consumer has enough', () => {
		for (let wanted = 1; wanted <= output.length; wanted++) {
			const all = items();
			let pulled = 0;
			const endless = new Observable<In>(out => {
				while (!out.closed && pulled < all.length) out.next(all[pulled++] as In);
				if (!out.closed) out.error(new Error('went on'));
			});
			expect(record(endless.pipe(make(), take(wanted)), print).lines).toEqual([...output.slice(0, wanted), '|']);
			expect(pulled).toBe(itemsNeeded({ make, items, print, output }, wanted));
			expect(vi.getTimerCount()).toBe(0);
		}
	});
}

/** How many items it takes until so much has come of them. */
function itemsNeeded<In, Out>({ make, items, print }: OperatorCase<In, Out>, wanted: number): number {
	const source = new Subject<In>();
	const { lines, subscription } = record(source.pipe(make()), print);
	let count = 0;
	for (const item of items()) {
		if (lines.length >= wanted) break;
		count++;
		source.next(item);
	}
	subscription.unsubscribe();
	return count;
}

function checkReentrance<In, Out>(tested: OperatorCase<In, Out>): void {
	const { make, items, print, output } = tested;

	it('should keep the order when its consumer makes the source emit', () => {
		const source = new Subject<In>();
		const waiting = [...items()];
		const feed = () => {
			for (const item of waiting.splice(0, 1)) source.next(item);
		};
		const { lines } = record(source.pipe(make()), print, feed);
		while (waiting.length > 0) feed();
		source.complete();
		expect(lines).toEqual(whole(tested));
	});

	it.each(['complete', 'fail'])('should lose nothing when its consumer makes the source emit all, and %s', end => {
		for (let after = 1; after <= output.length; after++) {
			const source = new Subject<In>();
			const waiting = [...items()];
			const rush = () => {
				for (const item of waiting.splice(0)) source.next(item);
				if (end === 'complete') source.complete();
				else source.error(boom);
			};
			let seen = 0;
			const { lines } = record(source.pipe(make()), print, () => {
				if (++seen === after) rush();
			});
			while (seen < after && waiting.length > 0) for (const item of waiting.splice(0, 1)) source.next(item);
			expect(lines).toEqual(end === 'complete' ? whole(tested) : broken(tested));
			expect(source.observed).toBe(false);
		}
	});
}

function checkIndependence<In, Out>(tested: OperatorCase<In, Out>): void {
	const { make, items, print } = tested;

	it('should subscribe to nothing and set no timer before it is subscribed to', () => {
		let subscriptions = 0;
		const source = defer(() => {
			subscriptions++;
			return from(items());
		});
		const piped = source.pipe(make());
		expect(subscriptions).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
		record(piped, print);
		record(piped, print);
		expect(subscriptions).toBe(2);
	});

	it('should give every subscription the same, one after the other', () => {
		const piped = from(items()).pipe(make());
		expect(record(piped, print).lines).toEqual(whole(tested));
		expect(record(piped, print).lines).toEqual(whole(tested));
	});

	it('should share no state between two subscriptions, nor between two sources', () => {
		const operator = make();
		const sources = [new Subject<In>(), new Subject<In>(), new Subject<In>()];
		let next = 0;
		const piped = operator(defer(() => sources[next++] as Subject<In>));
		const recordings = [record(piped, print), record(piped, print), record(operator(sources[2] as Subject<In>), print)];
		for (const item of items()) for (const source of sources) source.next(item);
		for (const source of sources) source.complete();
		for (const { lines } of recordings) expect(lines).toEqual(whole(tested));
	});

	it('should go on when its consumer throws', () => {
		const source = new Subject<In>();
		let lines: readonly string[] = [];
		const errors = unhandledErrorsOf(
			() => {
				const recording = record(source.pipe(make()), print, () => {
					throw boom;
				});
				lines = recording.lines;
				for (const item of items()) source.next(item);
				source.complete();
			},
			() => vi.runAllTimers(),
		);
		expect(lines).toEqual(whole(tested));
		expect(errors).toEqual(Array(lines.length - 1).fill(boom));
	});
}
