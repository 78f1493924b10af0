import { asyncScheduler, type GroupedObservable, Observable, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs';
import { FlowGroup, type GroupWatcher } from './flowGroup.js';
import { GroupTable } from './groupTable.js';
import { LiveList } from './liveList.js';
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

/** The groups of one subscription. Besides its key, a group goes by a number: see {@link GroupTable}. */
export class Groups<Key, T> implements GroupWatcher {
	private readonly table = new GroupTable<Key, FlowGroup<Key, T>>();
	private readonly live = new LiveList<FlowGroup<Key, T>>();
	private readonly fresh: FlowGroup<Key, T>[] = [];
	private letGo: Subscription | undefined = undefined;
	private listeners = 1;

	constructor(
		private readonly out: Subscriber<GroupedObservable<Key, T>>,
		private readonly stop: () => void,
	) {}

	/** Hands an item to its group, which is opened if there is none. */
	give(key: Key, number: number, item: T): void {
		const group = this.table.find(key, number) ?? this.open(key, number);
		if (group !== undefined) group.next(item);
	}

	/** Hands an item to a group, if there is one. */
	tell(key: Key, number: number, item: T): void {
		this.table.find(key, number)?.next(item);
	}

	/** Hands an item to every group. */
	tellAll(item: T): void {
		for (const group of this.live.all()) group.next(item);
	}

	/** Ends a group: its key may come again. */
	end(key: Key, number: number): void {
		const group = this.table.find(key, number);
		if (group === undefined) return;
		this.table.remove(group);
		this.live.remove(group);
		group.complete();
	}

	error(error: unknown): void {
		for (const group of this.live.all()) group.error(error);
		this.out.error(error);
	}

	complete(): void {
		for (const group of this.live.all()) group.complete();
		this.out.complete();
	}

	/** A listener, to the outer stream or to a group, has come. */
	join(): void {
		this.listeners++;
	}

	/** A listener has gone. */
	leave(): void {
		if (--this.listeners > 0) return;
		this.letGo?.unsubscribe();
		this.stop();
	}

	private open(key: Key, number: number): FlowGroup<Key, T> | undefined {
		if (this.out.closed) return undefined;
		const group = new FlowGroup<Key, T>(key, number, this);
		this.table.add(group);
		this.live.add(group);
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
