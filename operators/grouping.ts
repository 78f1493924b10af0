import { asyncScheduler, type GroupedObservable, Observable, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs';
import { FlowGroup } from './flowGroup.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** Puts each item where it belongs, by calling the methods of the groups it was made for. */
export type Sorter<T> = (item: T) => void;

/**
 * Makes a grouping operator. Like RxJS's `groupBy`, it keeps its source as long as the outer stream or any group has a
 * subscriber.
 */
export function grouped<T, Key>(sorterFor: (groups: Groups<Key, T>) => Sorter<T>): OperatorFunction<T, GroupedObservable<Key, T>> {
	return source =>
		new Observable(out => {
			const groups = new Groups<Key, T>(out, () => subscriber.unsubscribe());
			const sort = sorterFor(groups);
			const subscriber = new OperatorSubscriber<T, unknown>(
				out,
				{
					next(item) {
						try {
							sort(item);
						} catch (error) {
							groups.error(error);
						}
					},
					error: error => groups.error(error),
					complete: () => groups.complete(),
				},
				{ linked: false },
			);
			out.add(() => groups.leave());
			source.subscribe(subscriber);
		});
}

/** The groups of one subscription. */
export class Groups<Key, T> {
	private readonly groups = new Map<Key, FlowGroup<Key, T>>();
	private readonly fresh: FlowGroup<Key, T>[] = [];
	private letGo: Subscription | undefined = undefined;
	private listeners = 1;

	constructor(
		private readonly out: Subscriber<GroupedObservable<Key, T>>,
		private readonly stop: () => void,
	) {}

	/** Hands an item to its group, which is opened if there is none. */
	give(key: Key, item: T): void {
		(this.groups.get(key) ?? this.open(key))?.next(item);
	}

	/** Hands an item to a group, if there is one. */
	tell(key: Key, item: T): void {
		this.groups.get(key)?.next(item);
	}

	/** Hands an item to every group. */
	tellAll(item: T): void {
		for (const group of this.groups.values()) group.next(item);
	}

	/** Ends a group: its key may come again. */
	end(key: Key): void {
		const group = this.groups.get(key);
		this.groups.delete(key);
		group?.complete();
	}

	error(error: unknown): void {
		for (const group of this.groups.values()) group.error(error);
		this.out.error(error);
	}

	complete(): void {
		for (const group of this.groups.values()) group.complete();
		this.out.complete();
	}

	/** A listener, to the outer stream or to a group, has gone. */
	leave(): void {
		if (--this.listeners > 0) return;
		this.letGo?.unsubscribe();
		this.stop();
	}

	private open(key: Key): FlowGroup<Key, T> | undefined {
		if (this.out.closed) return undefined;
		const group = new FlowGroup<Key, T>(key, {
			joined: () => {
				this.listeners++;
			},
			left: () => this.leave(),
		});
		this.groups.set(key, group);
		this.out.next(group);
		if (group.waits && this.listeners > 0) this.letGoLater(group);
		return group;
	}

	/** A group may be subscribed to until the turn ends. One timer serves all groups of a turn. */
	private letGoLater(group: FlowGroup<Key, T>): void {
		this.fresh.push(group);
		if (this.letGo !== undefined) return;
		this.letGo = asyncScheduler.schedule(() => {
			this.letGo = undefined;
			for (const waiting of this.fresh.splice(0)) waiting.letGo();
		});
	}
}
