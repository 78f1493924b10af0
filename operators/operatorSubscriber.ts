import { Subscriber } from 'rxjs';

/** What an operator does with what its source says. Without `error` and `complete` the word is passed on. */
export interface OperatorHandlers<T> {
	next(value: T): void;
	error?(error: unknown): void;
	complete?(): void;
}

/**
 * What an operator subscribes to its source with. It ends when its destination does, even in the middle of a source
 * that emits synchronously; what a handler throws becomes an error of the destination.
 *
 * One thing is done after the other: what the source says while a handler is at work (since a consumer made it) waits
 * until that is done. So nothing comes out of order, and an end does not overtake what is still on its way out.
 *
 * It is a Subscriber, not an observer, since only that is linked before the source begins. With `linked: false` it
 * outlives its destination, and whoever made it ends it.
 */
export class OperatorSubscriber<T, R> extends Subscriber<T> {
	private atWork = false;
	private waiting: T[] | undefined = undefined;
	private end: (() => void) | undefined = undefined;

	/** Apart from the other handlers: what every item goes through is looked up faster in one kind of object. */
	private readonly onNext: (value: T) => void;

	constructor(
		private readonly out: Subscriber<R>,
		private readonly handlers: OperatorHandlers<T>,
		{ linked = true } = {},
	) {
		super(linked ? out : undefined);
		this.onNext = handlers.next;
	}

	/** Overrides what every item comes through, not `_next` behind it: a call less for each item and operator. */
	override next(value: T): void {
		// What comes after the end is not for us: RxJS decides what becomes of it.
		if (this.isStopped) super.next(value);
		else if (this.atWork) this.wait(value);
		else {
			this.atWork = true;
			this.handle(value);
			while (this.waiting !== undefined) this.catchUp(this.waiting);
			this.atWork = false;
			if (this.end !== undefined) this.end();
		}
	}

	protected override _error(error: unknown): void {
		this.endBy(() => (this.handlers.error === undefined ? this.out.error(error) : this.handlers.error(error)));
	}

	protected override _complete(): void {
		this.endBy(() => (this.handlers.complete === undefined ? this.out.complete() : this.handlers.complete()));
	}

	private wait(value: T): void {
		this.waiting ??= [];
		this.waiting.push(value);
	}

	private handle(value: T): void {
		try {
			this.onNext(value);
		} catch (error) {
			this.out.error(error);
		}
	}

	private catchUp(values: readonly T[]): void {
		this.waiting = undefined;
		for (let i = 0; i < values.length && !this.closed; i++) this.handle(values[i] as T);
	}

	private endBy(say: () => void): void {
		if (this.atWork) this.end = () => this.finish(say);
		else this.finish(say);
	}

	private finish(say: () => void): void {
		if (this.closed) return;
		try {
			say();
		} catch (error) {
			this.out.error(error);
		} finally {
			this.unsubscribe();
		}
	}
}
