import { Observable, type Subscriber } from 'rxjs';

/** Told when a group gains its first subscriber and loses its last. */
export interface GroupWatcher {
	joined(): void;
	left(): void;
}

/**
 * The inner Observable of a grouping operator. What comes before its first subscriber is kept for that one, but only
 * until `letGo`; what comes when nobody listens (any more) is dropped.
 *
 * It is no Subject, since that makes a closure for each item and an array for each group, which is a quarter of all time
 * where there are many.
 */
export class FlowGroup<Key, T> extends Observable<T> {
	private early: T[] | undefined = [];
	private isCatchingUp = false;
	/** Never changed, but replaced: who comes or goes in the middle of an item does not change who gets that. */
	private listeners: readonly Subscriber<T>[] = [];
	private subscribers = 0;
	/** How it has ended. */
	private end: ((listener: Subscriber<T>) => void) | undefined = undefined;

	constructor(
		/** What all its items have in common. */
		readonly key: Key,
		watcher: GroupWatcher,
	) {
		super(out => {
			if (this.subscribers++ === 0) watcher.joined();
			out.add(() => {
				this.listeners = this.listeners.filter(listener => listener !== out);
				if (--this.subscribers === 0) watcher.left();
			});
			this.catchUp(out);
			if (this.end !== undefined) this.end(out);
			else if (!out.closed) this.listeners = [...this.listeners, out];
		});
	}

	next(item: T): void {
		this.early?.push(item);
		const { listeners } = this;
		for (let i = 0; i < listeners.length; i++) listeners[i]?.next(item);
	}

	error(error: unknown): void {
		this.endBy(listener => listener.error(error));
	}

	complete(): void {
		this.endBy(listener => listener.complete());
	}

	/** Whether nobody has subscribed yet. */
	get waits(): boolean {
		return this.early !== undefined;
	}

	/** Stops keeping items for a first subscriber that does not come. */
	letGo(): void {
		this.early = undefined;
	}

	private endBy(end: (listener: Subscriber<T>) => void): void {
		if (this.end !== undefined) return;
		this.end = end;
		const { listeners } = this;
		this.listeners = [];
		for (const listener of listeners) end(listener);
	}

	/** Hands what came early to the first subscriber; what comes meanwhile, since that one makes the source emit, is early too. */
	private catchUp(out: Subscriber<T>): void {
		const { early } = this;
		if (early === undefined || this.isCatchingUp) return;
		this.isCatchingUp = true;
		for (let i = 0; i < early.length && !out.closed; i++) out.next(early[i] as T);
		this.early = undefined;
	}
}
