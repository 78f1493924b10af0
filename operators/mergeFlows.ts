import { from, Observable, type ObservableInput, type OperatorFunction, type Subscriber, Subscription } from 'rxjs';
import { aFunction, checkArgument, checkOptions, having } from '../src/codec.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** That one flow failed. */
export interface FlowError<Flow> {
	readonly flow: Flow;
	readonly error: unknown;
}

/** What {@link mergeFlows} can be told. */
export interface MergeFlowsOptions<Flow> {
	/** Is told of each flow that failed: a Subject, or anything with `next()`. Then the failures are dealt with. */
	readonly errors?: { next(failure: FlowError<Flow>): void } | undefined;
}

/** Failures that are kept for the error at the end. */
const ERRORS_KEPT_MAX = 10;

/**
 * Subscribes to what `project` makes of each flow, and emits what comes of all of them.
 *
 * It differs from `mergeMap` in two ways. It stays linear, however many flows are live at once. And a flow that fails
 * fails alone: the others go on. Failures go to `errors`; without that, the result errors in the end, when all flows are
 * done, with an `AggregateError` of the first ten failures.
 *
 * @throws TypeError at the call if an argument is wrong.
 * @example
 * ```ts
 * chunks.pipe(groupByConnection(), mergeFlows(connection => connection.pipe(parseWith(http1))));
 * ```
 */
export function mergeFlows<Flow, R>(
	project: (flow: Flow, index: number) => ObservableInput<R>,
	options: MergeFlowsOptions<Flow> = {},
): OperatorFunction<Flow, R> {
	checkArgument('mergeFlows', 'project', aFunction(), project);
	const { errors } = checkOptions<MergeFlowsOptions<Flow>>('mergeFlows', { errors: having('next') }, options);
	return flows =>
		new Observable(out => {
			const merge = new Merge<Flow, R>(out, errors);
			out.add(() => merge.stop());
			let index = 0;
			flows.subscribe(
				new OperatorSubscriber<Flow, R>(out, {
					next: flow => merge.add(flow, () => from(project(flow, index++))),
					complete: () => merge.complete(),
				}),
			);
		});
}

/** The flows of one subscription. They are a Set, since a Subscription takes linear time to let one of many go. */
class Merge<Flow, R> {
	private readonly live = new Set<Subscriber<R>>();
	private readonly failures: unknown[] = [];
	private failed = 0;
	private sourceIsDone = false;

	constructor(
		private readonly out: Subscriber<R>,
		private readonly errors: MergeFlowsOptions<Flow>['errors'],
	) {}

	add(flow: Flow, result: () => Observable<R>): void {
		if (this.out.closed) return;
		const subscriber: Subscriber<R> = new OperatorSubscriber<R, R>(
			this.out,
			{
				next: value => this.out.next(value),
				error: error => this.fail({ flow, error }),
				complete: () => undefined,
			},
			{ linked: false },
		);
		this.live.add(subscriber);
		subscriber.add(() => this.remove(subscriber));
		try {
			const made = result();
			if (!subscriber.closed) made.subscribe(subscriber);
		} catch (error) {
			subscriber.error(error);
		}
	}

	complete(): void {
		this.sourceIsDone = true;
		this.finish();
	}

	/** Stops all, also behind one that throws instead: a Subscription is good at that. */
	stop(): void {
		const all = new Subscription();
		for (const subscriber of this.live) all.add(subscriber);
		all.unsubscribe();
	}

	private fail(failure: FlowError<Flow>): void {
		if (this.errors !== undefined) {
			this.errors.next(failure);
			return;
		}
		this.failed++;
		if (this.failures.length < ERRORS_KEPT_MAX) this.failures.push(failure.error);
	}

	private remove(subscriber: Subscriber<R>): void {
		this.live.delete(subscriber);
		this.finish();
	}

	private finish(): void {
		if (!this.sourceIsDone || this.live.size > 0 || this.out.closed) return;
		if (this.failed === 0) this.out.complete();
		else this.out.error(new AggregateError(this.failures, `${this.failed} of the flows failed; the first: ${textOf(this.failures[0])}`));
	}
}

function textOf(failure: unknown): string {
	try {
		return String(failure);
	} catch {
		return 'something without a text';
	}
}
