import type { Reassembly } from './reassembly.js';

/**
 * Where chunks wait until the segment that brought them is dealt with. So the state is whole when anyone sees a chunk,
 * and whoever pushes the next segment from there finds its chunks in line behind the others.
 */
export class ChunkQueue<Item = Reassembly> {
	private readonly items: Item[] = [];
	private handingOut = false;

	constructor(private readonly output: (item: Item) => void) {}

	push(item: Item): void {
		this.items.push(item);
	}

	/** Hands an item out at once, if it is its turn. */
	handOver(item: Item): void {
		if (this.handingOut || this.items.length > 0) {
			this.items.push(item);
			this.handOut();
			return;
		}
		this.handingOut = true;
		try {
			this.output(item);
		} finally {
			this.handingOut = false;
		}
		if (this.items.length > 0) this.handOut();
	}

	/** Hands out what waits. If the output throws, what was behind that waits for the next time. */
	handOut(): void {
		const { items } = this;
		if (this.handingOut || items.length === 0) return;
		this.handingOut = true;
		let handed = 0;
		try {
			while (handed < items.length) this.output(items[handed++] as Item);
		} finally {
			if (handed === items.length) items.length = 0;
			else items.splice(0, handed);
			this.handingOut = false;
		}
	}
}
