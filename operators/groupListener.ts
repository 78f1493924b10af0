import { type Observer, Subscription, throwError } from 'rxjs';

/** Who gets what comes of a group: a Subscriber, or a {@link GroupListener}. */
export interface Listener<T> extends Observer<T> {
	readonly closed: boolean;
}

/** Is told when a listener leaves. */
export interface Left<T> {
	leave(listener: Listener<T>): void;
}

/**
 * The subscription of an observer to a group: what RxJS's own Subscriber for it does, in one object instead of three or
 * four. What an observer throws, and an error that it does not take, is reported as RxJS reports it.
 */
export class GroupListener<T> extends Subscription implements Listener<T> {
	constructor(
		private readonly group: Left<T>,
		private readonly observer: Partial<Observer<T>>,
	) {
		super();
	}

	next(item: T): void {
		if (this.closed) return;
		try {
			this.observer.next?.(item);
		} catch (error) {
			report(error);
		}
	}

	error(error: unknown): void {
		if (this.closed) return;
		try {
			if (this.observer.error) this.observer.error(error);
			else report(error);
		} catch (another) {
			report(another);
		} finally {
			this.unsubscribe();
		}
	}

	complete(): void {
		if (this.closed) return;
		try {
			this.observer.complete?.();
		} catch (error) {
			report(error);
		} finally {
			this.unsubscribe();
		}
	}

	override unsubscribe(): void {
		if (this.closed) return;
		// First, as with RxJS, where the source is the first to be told; and closed for who comes back meanwhile.
		this.closed = true;
		try {
			this.group.leave(this);
		} finally {
			this.closed = false;
			super.unsubscribe();
		}
	}
}

/** Reports an error that nobody takes: as RxJS does it, which does so when there is no one to take it. */
function report(error: unknown): void {
	throwError(() => error).subscribe();
}
