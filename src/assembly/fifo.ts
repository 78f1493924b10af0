/** First in, first out. */
export class Fifo<T> {
	private items: T[] = [];
	private head = 0;

	get length(): number {
		return this.items.length - this.head;
	}

	push(item: T): void {
		this.items.push(item);
	}

	/** The item that is next, or undefined. */
	peek(): T | undefined {
		return this.items[this.head];
	}

	/** Takes the next item out. */
	shift(): T | undefined {
		const item = this.items[this.head];
		if (item === undefined) return undefined;
		this.items[this.head++] = undefined as T;
		if (2 * this.head > this.items.length) {
			this.items = this.items.slice(this.head);
			this.head = 0;
		}
		return item;
	}
}
