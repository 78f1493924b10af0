import { from, Observable, type ObservableInput, type OperatorFunction, type Subscriber, Subscription } from 'rxjs';
import { aFunction, checkArgument, checkOptions, having } from '../src/codec.js';
import { FlowSubscriber } from './flowSubscriber.js';
import { LiveList } from './liveList.js';
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
			const merge = new Merge<Flow, R>(out, project, errors);
			out.add(() => merge.stop());
			flows.subscribe(
				new OperatorSubscriber<Flow, R>(out, {
					next: flow => merge.add(flow),
					complete: () => merge.complete(),
				}),
			);
		});
}

/** The flows of one subscription. */
class Merge<Flow, R> {
	private readonly live = new LiveList<MergedFlow<Flow, R>>();
	private readonly failures: unknown[] = [];
	private failed = 0;
	private index = 0;
	private sourceIsDone = false;

	constructor(
		private readonly out: Subscriber<R>,
		private readonly project: (flow: Flow, index: number) => ObservableInput<R>,
		private readonly errors: MergeFlowsOptions<Flow>['errors'],
	) {}

	add(flow: Flow): void {
		if (this.out.closed) return;
		const merged = new MergedFlow(this.out, this, flow);
		this.live.add(merged);
		try {
			const made = from(this.project(flow, this.index++));
			if (!merged.closed) made.subscribe(merged);
		} catch (error) {
			merged.error(error);
		}
	}

	complete(): void {
		this.sourceIsDone = true;
		this.finish();
	}

	/** Stops all, also behind one that throws instead: a Subscription is good at that. */
	stop(): void {
		const all = new Subscription();
		for (const merged of this.live.all()) all.add(merged);
		all.unsubscribe();
	}

	fail(failure: FlowError<Flow>): void {
		if (this.errors !== undefined) {
			this.errors.next(failure);
			return;
		}
		this.failed++;
		if (this.failures.length < ERRORS_KEPT_MAX) this.failures.push(failure.error);
	}

	remove(merged: MergedFlow<Flow, R>): void {
		if (this.live.remove(merged)) this.finish();
	}

	private finish(): void {
		if (!this.sourceIsDone || this.live.size > 0 || this.out.closed) return;
		if (this.failed === 0) this.out.complete();
		else this.out.error(new AggregateError(this.failures, `${this.failed} of the flows failed; the first: ${textOf(this.failures[0])}`));
	}
}

/** What comes of one flow. */
class MergedFlow<Flow, R> extends FlowSubscriber<R, R> {
	place = -1;

	constructor(
		out: Subscriber<R>,
		private readonly merge: Merge<Flow, R>,
		private readonly flow: Flow,
	) {
		super(out, false);
	}

	override unsubscribe(): void {
		if (this.closed) return;
		try {
			this.merge.remove(this);
		} finally {
			super.unsubscribe();
		}
	}

	protected override take(value: R): void {
		this.out.next(value);
	}

	protected override fail(error: unknown): void {
		this.merge.fail({ flow: this.flow, error });
	}

	protected override finish(): void {
		// That it is done is told when it is closed.
	}
}

function textOf(failure: unknown): string {
	try {
		return String(failure);
	} catch {
		return 'something without a text';
	}
}
