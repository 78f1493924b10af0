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
 * It is a Subscriber, not an observer, since only that is linked before the source begins. With `linked: false` it
 * outlives its destination, and whoever made it ends it.
 */
export class OperatorSubscriber<T, R> extends Subscriber<T> {
	constructor(
		private readonly out: Subscriber<R>,
		private readonly handlers: OperatorHandlers<T>,
		{ linked = true } = {},
	) {
		super(linked ? out : undefined);
	}

	protected override _next(value: T): void {
		try {
			this.handlers.next(value);
		} catch (error) {
			this.out.error(error);
		}
	}

	protected override _error(error: unknown): void {
		this.finally(() => (this.handlers.error === undefined ? this.out.error(error) : this.handlers.error(error)));
	}

	protected override _complete(): void {
		this.finally(() => (this.handlers.complete === undefined ? this.out.complete() : this.handlers.complete()));
	}

	private finally(say: () => void): void {
		try {
			say();
		} catch (error) {
			this.out.error(error);
		} finally {
			this.unsubscribe();
		}
	}
}
