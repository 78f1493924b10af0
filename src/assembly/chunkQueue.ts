import type { Reassembly } from './reassembly.js';

/**
 * Where chunks wait until the segment that brought them is dealt with. So the state is whole when anyone sees a chunk,
 * and whoever pushes the next segment from there finds its chunks in line behind the others.
 */
export class ChunkQueue<Item = Reassembly> {
	/** The next one, and those behind it: mostly there is no more than one. */
	private next: Item | undefined;
	private readonly others: Item[] = [];
	private handingOut = false;

	constructor(private readonly output: (item: Item) => void) {}

	push(item: Item): void {
		if (this.next === undefined) this.next = item;
		else this.others.push(item);
	}

	/** Hands an item out at once, if it is its turn. */
	handOver(item: Item): void {
		this.push(item);
		this.handOut();
	}

	/** Hands out what waits. If the output throws, what was behind that waits for the next time. */
	handOut(): void {
		if (this.handingOut || this.next === undefined) return;
		this.handingOut = true;
		try {
			while (this.next !== undefined) {
				const item = this.next;
				this.next = this.others.length === 0 ? undefined : this.others.shift();
				this.output(item);
			}
		} finally {
			this.handingOut = false;
		}
	}
}
