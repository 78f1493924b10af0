import { config, Observable, type Observer, Subscriber, type Subscription } from 'rxjs';
import { GroupListener, type Left, type Listener } from './groupListener.js';

/** Told when a group gains its first subscriber and loses its last. */
export interface GroupWatcher {
	join(): void;
	leave(): void;
}

type OnNext<T> = (item: T) => void;
type OnError = (error: unknown) => void;
type OnComplete = () => void;

/**
 * The inner Observable of a grouping operator. What comes before its first subscriber is kept for that one, but only
 * until `letGo`; what comes when nobody listens (any more) is dropped.
 *
 * There may be many of them, and an item costs mainly what of them is not in the cache. So it is no Subject, has no
 * closures of its own, and lists of listeners or of early items only where there are any.
 */
export class FlowGroup<Key, T> extends Observable<T> {
	/** Who listens, if that is one and there is nothing else to do with an item. It stands beside the key, where the cache has it. */
	private only: Listener<T> | undefined = undefined;
	private waiting = true;
	/** All listeners, if not `only` one. Never changed, but replaced: who comes or goes amid an item does not change who gets that. */
	private listeners: readonly Listener<T>[] = nobody;
	private early: T[] | undefined = undefined;
	private isCatchingUp = false;
	private subscribers = 0;
	/** How it has ended. */
	private end: ((listener: Listener<T>) => void) | undefined = undefined;
	place = -1;
	/** Says where its operator finds it again. */
	readonly number: number;
	private readonly watcher: GroupWatcher;

	constructor(
		/** What all its items have in common. */
		readonly key: Key,
		number: number,
		watcher: GroupWatcher,
	) {
		super(subscribeToGroup);
		this.number = number;
		this.watcher = watcher;
	}

	override subscribe(observer?: Partial<Observer<T>>): Subscription;
	override subscribe(next: OnNext<T>): Subscription;
	override subscribe(next?: OnNext<T> | null, error?: OnError | null, complete?: OnComplete | null): Subscription;
	override subscribe(
		observer?: Partial<Observer<T>> | OnNext<T> | null,
		error?: OnError | null,
		complete?: OnComplete | null,
	): Subscription {
		if (isForRxJS(observer)) return super.subscribe(observer as OnNext<T>, error, complete);
		if (observer instanceof Subscriber) return this.takeIn(observer);
		const taker = typeof observer === 'object' && observer !== null ? observer : takerOf(observer, error, complete);
		const listener = new GroupListener<T>(this, taker);
		this.join(listener);
		return listener;
	}

	/** Subscribes a Subscriber, in fewer steps and with less that is thrown away than RxJS. */
	takeIn(subscriber: Subscriber<T>): Subscription {
		// It would leave before it has come.
		if (subscriber.closed) return subscriber;
		try {
			subscriber.add(new Seat(this, subscriber));
			this.join(subscriber);
		} catch (error) {
			subscriber.error(error);
		}
		return subscriber;
	}

	next(item: T): void {
		const { only } = this;
		if (only === undefined) this.nextToAll(item);
		else only.next(item);
	}

	error(error: unknown): void {
		this.endBy(listener => listener.error(error));
	}

	complete(): void {
		this.endBy(completeListener);
	}

	/** Whether nobody has subscribed yet. */
	get waits(): boolean {
		return this.waiting;
	}

	/** Stops keeping items for a first subscriber that does not come. */
	letGo(): void {
		this.waiting = false;
		this.early = undefined;
	}

	/** Takes in a listener, which must leave when it closes. */
	join(listener: Listener<T>): void {
		if (this.subscribers++ === 0) this.watcher.join();
		if (this.waiting && !this.isCatchingUp) this.catchUp(listener);
		if (this.end !== undefined) this.end(listener);
		else if (!listener.closed) this.addListener(listener);
	}

	leave(listener: Listener<T>): void {
		if (this.only === listener) this.only = undefined;
		else if (this.listeners.length > 0) this.listeners = this.listeners.filter(other => other !== listener);
		if (--this.subscribers === 0) this.watcher.leave();
	}

	private nextToAll(item: T): void {
		if (this.waiting && this.end === undefined) {
			this.early ??= [];
			this.early.push(item);
		}
		const { listeners } = this;
		for (let i = 0; i < listeners.length; i++) listeners[i]?.next(item);
	}

	private addListener(listener: Listener<T>): void {
		const { only } = this;
		if (only === undefined && this.listeners.length === 0 && !this.waiting) this.only = listener;
		else {
			this.listeners = only === undefined ? [...this.listeners, listener] : [only, listener];
			this.only = undefined;
		}
	}

	private endBy(end: (listener: Listener<T>) => void): void {
		if (this.end !== undefined) return;
		this.end = end;
		const { only, listeners } = this;
		this.only = undefined;
		this.listeners = nobody;
		if (only !== undefined) end(only);
		for (const listener of listeners) end(listener);
	}

	/** Hands what came early to the first subscriber; what comes meanwhile, since that one makes the source emit, is early too. */
	private catchUp(listener: Listener<T>): void {
		this.isCatchingUp = true;
		for (let i = 0; i < (this.early?.length ?? 0) && !listener.closed; i++) listener.next(this.early?.[i] as T);
		this.letGo();
	}
}

const nobody: readonly never[] = [];

function completeListener(listener: { complete(): void }): void {
	listener.complete();
}

/** What RxJS calls when it has made a Subscriber of whoever subscribes. */
function subscribeToGroup<T>(this: Observable<T>, out: Subscriber<T>): void {
	(this as FlowGroup<unknown, T>).takeIn(out);
}

/** Makes a group be left when a Subscriber closes. */
class Seat<T> {
	constructor(
		private readonly group: Left<T>,
		private readonly listener: Listener<T>,
	) {}

	unsubscribe(): void {
		this.group.leave(this.listener);
	}
}

/** Whether it is more than a plain observer or some functions (a Subject), or RxJS is told to behave as of old. */
function isForRxJS(observer: object | null | undefined): boolean {
	if (config.useDeprecatedSynchronousErrorHandling || config.useDeprecatedNextContext) return true;
	return typeof observer === 'object' && observer !== null && 'closed' in observer && !(observer instanceof Subscriber);
}

function takerOf<T>(next: OnNext<T> | null | undefined, error?: OnError | null, complete?: OnComplete | null): Partial<Observer<T>> {
	return { ...(next && { next }), ...(error && { error }), ...(complete && { complete }) };
}
