/** What an {@link AgeHeap} needs to know of an item. */
export interface Aging {
	/** Place in the heap; -1 while it is in none. Only the heap writes it. */
	heapIndex: number;
	/** Breaks ties: the lower is the older. */
	readonly id: number;
}

/**
 * Items by their time, oldest first, in a binary heap that is corrected lazily.
 *
 * An item's time may grow without a word to the heap (a packet only notes it): it then stands too far up, and is put
 * where it belongs when it is found there. Times that shrink must be told by `update`.
 */
export class AgeHeap<T extends Aging> {
	private readonly items: T[] = [];
	/** The time of each item when it was put where it stands: never later than its real one. */
	private readonly listed: number[] = [];

	constructor(private readonly timeOf: (item: T) => number) {}

	get size(): number {
		return this.items.length;
	}

	/** All items, in no order. */
	values(): readonly T[] {
		return this.items;
	}

	add(item: T): void {
		this.items.push(item);
		this.listed.push(this.timeOf(item));
		item.heapIndex = this.items.length - 1;
		this.siftUp(item.heapIndex);
	}

	/** Puts it where its time belongs; adds it if it is not there. */
	update(item: T): void {
		if (item.heapIndex < 0) {
			this.add(item);
			return;
		}
		const time = this.timeOf(item);
		if (time === this.listed[item.heapIndex]) return;
		this.listed[item.heapIndex] = time;
		this.siftUp(item.heapIndex);
		this.siftDown(item.heapIndex);
	}

	remove(item: T): void {
		const index = item.heapIndex;
		if (index < 0) return;
		item.heapIndex = -1;
		const last = this.items.pop() as T;
		const listed = this.listed.pop() as number;
		if (last === item) return;
		this.place(last, listed, index);
		this.siftUp(index);
		this.siftDown(last.heapIndex);
	}

	/** The oldest item, or undefined; it stays. */
	oldest(): T | undefined {
		for (;;) {
			const item = this.items[0];
			if (item === undefined || this.listed[0] === this.timeOf(item)) return item;
			this.listed[0] = this.timeOf(item);
			this.siftDown(0);
		}
	}

	/** The oldest item if its time is before `limit` (strictly). */
	olderThan(limit: number): T | undefined {
		if (this.items.length === 0 || (this.listed[0] as number) >= limit) return undefined;
		const item = this.oldest() as T;
		return this.timeOf(item) < limit ? item : undefined;
	}

	private siftUp(from: number): void {
		let index = from;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!this.isOlder(index, parent)) return;
			this.swap(index, parent);
			index = parent;
		}
	}

	private siftDown(from: number): void {
		let index = from;
		for (;;) {
			const left = 2 * index + 1;
			if (left >= this.items.length) return;
			const child = left + 1 < this.items.length && this.isOlder(left + 1, left) ? left + 1 : left;
			if (!this.isOlder(child, index)) return;
			this.swap(index, child);
			index = child;
		}
	}

	private isOlder(a: number, b: number): boolean {
		const timeA = this.listed[a] as number;
		const timeB = this.listed[b] as number;
		return timeA !== timeB ? timeA < timeB : (this.items[a] as T).id < (this.items[b] as T).id;
	}

	private swap(a: number, b: number): void {
		const item = this.items[a] as T;
		const listed = this.listed[a] as number;
		this.place(this.items[b] as T, this.listed[b] as number, a);
		this.place(item, listed, b);
	}

	private place(item: T, listed: number, index: number): void {
		this.items[index] = item;
		this.listed[index] = listed;
		item.heapIndex = index;
	}
}
