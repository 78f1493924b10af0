import { Observable, Subject, type Subscriber } from 'rxjs';

/** Told when a group gains its first subscriber and loses its last. */
export interface GroupWatcher {
	joined(): void;
	left(): void;
}

/**
 * The inner Observable of a grouping operator. What comes before its first subscriber is kept for that one, but only
 * until `letGo`; what comes when nobody listens (any more) is dropped.
 */
export class FlowGroup<Key, T> extends Observable<T> {
	private early: T[] | undefined = [];
	private isCatchingUp = false;
	private readonly subject = new Subject<T>();
	private subscribers = 0;

	constructor(
		/** What all its items have in common. */
		readonly key: Key,
		watcher: GroupWatcher,
	) {
		super(out => {
			if (this.subscribers++ === 0) watcher.joined();
			out.add(() => {
				if (--this.subscribers === 0) watcher.left();
			});
			this.catchUp(out);
			if (!out.closed) this.subject.subscribe(out);
		});
	}

	next(item: T): void {
		this.early?.push(item);
		this.subject.next(item);
	}

	error(error: unknown): void {
		this.subject.error(error);
	}

	complete(): void {
		this.subject.complete();
	}

	/** Whether nobody has subscribed yet. */
	get waits(): boolean {
		return this.early !== undefined;
	}

	/** Hands what came early to the first subscriber; what comes meanwhile, since that one makes the source emit, is early too. */
	private catchUp(out: Subscriber<T>): void {
		const { early } = this;
		if (early === undefined || this.isCatchingUp) return;
		this.isCatchingUp = true;
		for (let i = 0; i < early.length && !out.closed; i++) out.next(early[i] as T);
		this.early = undefined;
	}

	/** Stops keeping items for a first subscriber that does not come. */
	letGo(): void {
		this.early = undefined;
	}
}
