import { concat, EMPTY, from, map, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { type FlowError, mergeFlows } from '../../operators/mergeFlows.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { placesLookedAt } from '../support/operatorsCost.js';
import { collected } from '../support/operatorsMemory.js';
import { record } from '../support/operatorsRecord.js';

const fail = (message: string) => throwError(() => new Error(message));

checkOperator('mergeFlows', {
	make: () => mergeFlows((flow: Observable<string>, index) => flow.pipe(map(text => `${index}${text}`))),
	items: () => [of('a', 'b'), EMPTY, of('c'), from(['d', 'e', 'f'])],
	print: String,
	output: ['0a', '0b', '2c', '3d', '3e', '3f'],
});

checkOperator('mergeFlows of flows that fail', {
	make: () => mergeFlows((flow: Observable<string>) => flow, { errors: { next: () => undefined } }),
	items: () => [concat(of('a'), fail('no')), of('b'), fail('never'), of('c')],
	print: String,
	output: ['a', 'b', 'c'],
});

describe('mergeFlows', () => {
	it('should emit what comes of all flows when it comes, until the last is done', () => {
		packetMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
			const a = cold('       -1--2-------3|');
			const b = cold('         -4--|       ');
			const flows = hot('    a-b---|       ', { a, b });
			const subscribed = '   ^-----!       ';
			const subscribedA = '  ^------------!';
			const subscribedB = '  --^---!       ';
			const expected = '     -1-42-------3|';
			expectObservable(flows.pipe(mergeFlows(flow => flow))).toBe(expected);
			expectSubscriptions(flows.subscriptions).toBe(subscribed);
			expectSubscriptions(a.subscriptions).toBe(subscribedA);
			expectSubscriptions(b.subscriptions).toBe(subscribedB);
		});
	});

	it('should stop all flows when it is unsubscribed', () => {
		packetMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
			const a = cold('       -1--2-------3|');
			const b = cold('         -4------|   ');
			const flows = hot('    a-b---|       ', { a, b });
			const unsubscribed = ' ^-------!     ';
			const subscribedB = '  --^-----!     ';
			const expected = '     -1-42----     ';
			expectObservable(flows.pipe(mergeFlows(flow => flow)), unsubscribed).toBe(expected);
			expectSubscriptions(a.subscriptions).toBe(unsubscribed);
			expectSubscriptions(b.subscriptions).toBe(subscribedB);
		});
	});

	it('should stop all flows, and pass the error on, when the source fails', () => {
		packetMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
			const a = cold('       -1--2-------3|');
			const b = cold('         -4------|   ');
			const flows = hot('    a-b---#       ', { a, b });
			const expected = '     -1-42-#       ';
			const subscribed = '   ^-----!       ';
			const subscribedB = '  --^---!       ';
			expectObservable(flows.pipe(mergeFlows(flow => flow))).toBe(expected);
			expectSubscriptions(a.subscriptions).toBe(subscribed);
			expectSubscriptions(b.subscriptions).toBe(subscribedB);
		});
	});

	it('should let a flow fail alone, and tell of it when it does', () => {
		packetMarbles(({ cold, hot, expectObservable }) => {
			const a = cold('       -1#           ');
			const b = cold('         -2--3|      ');
			const flows = hot('    a-b-|         ', { a, b });
			const expected = '     -1-2--3|      ';
			const told = '         --e           ';
			const errors = new Subject<FlowError<Observable<string>>>();
			const which = errors.pipe(map(({ flow, error }) => `${flow === a ? 'a' : 'b'} ${error}`));
			expectObservable(which).toBe(told, { e: 'a error' });
			expectObservable(flows.pipe(mergeFlows(flow => flow, { errors }))).toBe(expected);
		});
	});

	it('should fail in the end, when all flows are done, if nobody is told of failures', () => {
		packetMarbles(({ cold, hot, expectObservable }) => {
			const a = cold('       -1#           ');
			const b = cold('         -2--3|      ');
			const c = cold('          -#         ');
			const flows = hot('    a-bc-|        ', { a, b, c });
			const expected = '     -1-2--3#      ';
			const error = new AggregateError([], '2 of the flows failed; the first: error');
			expectObservable(flows.pipe(mergeFlows(flow => flow))).toBe(expected, undefined, error);
		});
	});

	it('should keep the first ten failures, and count all', () => {
		const errors = Array.from({ length: 12 }, (_, index) => new TypeError(`bad ${index}`));
		const caught: unknown[] = [];
		from(errors)
			.pipe(mergeFlows(error => throwError(() => error)))
			.subscribe({ error: error => caught.push(error) });
		const [aggregate] = caught as [AggregateError];
		expect(aggregate).toBeInstanceOf(AggregateError);
		expect(aggregate.message).toBe('12 of the flows failed; the first: TypeError: bad 0');
		expect(aggregate.errors).toEqual(errors.slice(0, 10));
	});

	it.each([
		['a symbol', Symbol('no'), 'Symbol(no)'],
		['nothing', undefined, 'undefined'],
		['what has no text', Object.create(null), 'something without a text'],
	])('should fail in the end with %s, too', (_what, failure, text) => {
		const { lines } = record(of(1, 2).pipe(mergeFlows(flow => (flow === 1 ? throwError(() => failure) : of(flow)))));
		expect(lines).toEqual(['2', `# 1 of the flows failed; the first: ${text}`]);
	});

	it('should take a project that throws, or makes nothing of it, for a failure of that flow', () => {
		const errors = new Subject<FlowError<number>>();
		const told = record(errors, ({ flow, error }) => `${flow} ${(error as Error).message.slice(0, 22)}`).lines;
		const project = (flow: number) => {
			if (flow === 1) throw new Error('do not like it');
			return flow === 2 ? (undefined as unknown as Observable<string>) : of(`${flow} ok`);
		};
		expect(record(of(0, 1, 2, 3).pipe(mergeFlows(project, { errors }))).lines).toEqual(['0 ok', '3 ok', '|']);
		expect(told).toEqual(['1 do not like it', "2 You provided 'undefine"]);
	});

	it('should fail, and stop all flows, when who is told of failures throws', () => {
		const flows = new Subject<Observable<string>>();
		const live = new Subject<string>();
		const errors = {
			next: () => {
				throw new Error('full');
			},
		};
		const { lines } = record(flows.pipe(mergeFlows(flow => flow, { errors })));
		for (const flow of [live, fail('no'), of('a')]) flows.next(flow);
		expect(lines).toEqual(['# full']);
		expect([flows.observed, live.observed]).toEqual([false, false]);
	});

	it('should take a promise, an array or an async iterable from project', async () => {
		async function* generated() {
			yield 'c';
			yield 'd';
		}
		const made = [Promise.resolve('a'), ['b'], generated()];
		const { lines, subscription } = record(from(made).pipe(mergeFlows(flow => flow)));
		await new Promise<void>(resolve => subscription.add(resolve));
		expect([...lines].sort()).toEqual(['a', 'b', 'c', 'd', '|']);
		expect(lines.at(-1)).toBe('|');
	});

	it('should give project the place of each flow, from 0 in each subscription', () => {
		const piped = of('a', 'b').pipe(mergeFlows((flow, index) => of(`${index}${flow}`)));
		expect(record(piped).lines).toEqual(['0a', '1b', '|']);
		expect(record(piped).lines).toEqual(['0a', '1b', '|']);
	});

	it('should not subscribe to what project makes of a flow if that has made the consumer leave', () => {
		const flows = new Subject<number>();
		let subscribed = 0;
		const inner = new Observable<string>(() => {
			subscribed++;
		});
		const { subscription } = record(
			flows.pipe(
				mergeFlows(() => {
					subscription.unsubscribe();
					return inner;
				}),
			),
		);
		flows.next(1);
		expect(subscribed).toBe(0);
		expect(flows.observed).toBe(false);
	});

	it('should take no flow that comes because it stops the others', () => {
		const flows = new Subject<string>();
		const begun: string[] = [];
		const project = (flow: string) => {
			begun.push(flow);
			return new Observable<string>(() => () => flows.next(`${flow} again`));
		};
		const { subscription } = record(flows.pipe(mergeFlows(project)));
		flows.next('a');
		subscription.unsubscribe();
		expect(begun).toEqual(['a']);
	});

	it('should stop all flows even if one fails to stop', () => {
		const flows = new Subject<Observable<string>>();
		const live = [new Subject<string>(), new Subject<string>()] as const;
		const stubborn = new Observable<string>(() => () => {
			throw new Error('will not');
		});
		const { subscription } = record(flows.pipe(mergeFlows(flow => flow)));
		for (const flow of [live[0], stubborn, live[1]]) flows.next(flow);
		expect(() => subscription.unsubscribe()).toThrow('will not');
		expect(live.map(({ observed }) => observed)).toEqual([false, false]);
		expect(flows.observed).toBe(false);
	});

	it.each(['end', 'are unsubscribed'])('should look through no list of live flows when they %s', how => {
		const live = Array.from({ length: 20_000 }, () => new Subject<number>());
		const { lines, subscription } = record(from(live).pipe(mergeFlows(flow => flow)));
		const looked = placesLookedAt(() => {
			if (how === 'are unsubscribed') subscription.unsubscribe();
			else for (const flow of live) flow.complete();
		});
		expect(looked).toBeLessThan(10 * live.length);
		expect(live.some(({ observed }) => observed)).toBe(false);
		expect(lines).toEqual(how === 'end' ? ['|'] : []);
	});

	it('should let go of flows that have ended', async () => {
		const { source, refs } = endedFlows();
		expect(await collected(refs)).toEqual([true, true, false]);
		expect(source.observed).toBe(true);
	});

	it.each<[unknown, object | undefined, string]>([
		[undefined, undefined, 'project must be a function, but is undefined'],
		[of(1), undefined, 'project must be a function, but is an object'],
		[() => EMPTY, { errors: () => undefined }, 'option errors must be an object with next(), but is a function'],
		[() => EMPTY, { concurrent: 5 }, 'there is no option concurrent; the options are errors'],
		[() => EMPTY, 5 as unknown as object, 'options must be an object, but is 5'],
	])('should refuse %s, %o at the call', (project, options, message) => {
		expect(() => mergeFlows(project as () => Observable<number>, options)).toThrow(new TypeError(`mergeFlows: ${message}`));
	});

	it('should take options that are undefined', () => {
		expect(record(of('a').pipe(mergeFlows(flow => of(flow), { errors: undefined }))).lines).toEqual(['a', '|']);
	});

	it('should infer its types in a pipe', () => {
		const numbers: Observable<number> = NEVER;
		const merged = numbers.pipe(
			mergeFlows((flow, index) => {
				expectTypeOf(flow).toEqualTypeOf<number>();
				expectTypeOf(index).toEqualTypeOf<number>();
				return [String(flow)];
			}),
		);
		expectTypeOf(merged).toEqualTypeOf<Observable<string>>();
		const errors = new Subject<FlowError<number>>();
		expectTypeOf(numbers.pipe(mergeFlows(async flow => flow === 1, { errors }))).toEqualTypeOf<Observable<boolean>>();
	});
});

/** A merge that goes on: of its flows the first has completed, the second has failed, the third is live. */
function endedFlows() {
	const source = new Subject<Subject<number>>();
	source.pipe(mergeFlows(flow => flow.pipe(map(value => value + 1)), { errors: { next: () => undefined } })).subscribe();
	const refs: WeakRef<object>[] = [];
	for (const end of ['complete', 'error', 'go on']) {
		const flow = new Subject<number>();
		source.next(flow);
		refs.push(new WeakRef(flow));
		if (end === 'complete') flow.complete();
		if (end === 'error') flow.error(new Error('no'));
	}
	return { source, refs };
}
