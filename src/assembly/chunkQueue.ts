import type { Reassembly } from './reassembly.js';

/**
 * Where chunks wait until the segment that brought them is dealt with. So the state is whole when anyone sees a chunk,
 * and whoever pushes the next segment from there finds its chunks in line behind the others.
 */
export class ChunkQueue<Item = Reassembly> {
	/** The next one, and those behind it: mostly there is no more than one. */
	private next: Item | undefined = undefined;
	private others: Item[] = [];
	/** How many of the others were handed out. */
	private handed = 0;
	private handingOut = false;

	constructor(private readonly output: (item: Item) => void) {}

	push(item: Item): void {
		if (this.next === undefined) this.next = item;
		else this.others.push(item);
	}

	/** Lets somebody hand out an item past the line, if it is empty; `finish` must follow. */
	begin(): boolean {
		if (this.handingOut || this.next !== undefined) return false;
		this.handingOut = true;
		return true;
	}

	/** Hands out what has come meanwhile. */
	finish(): void {
		this.handingOut = false;
		if (this.next !== undefined) this.handOut();
	}

	/** Hands out what waits. If the output throws, what was behind that waits for the next time. */
	handOut(): void {
		if (this.handingOut || this.next === undefined) return;
		this.handingOut = true;
		try {
			while (this.next !== undefined) {
				const item = this.next;
				this.next = this.takeOther();
				this.output(item);
			}
		} finally {
			this.handingOut = false;
		}
	}

	private takeOther(): Item | undefined {
		const { others } = this;
		if (others.length === 0) return undefined;
		const item = others[this.handed++];
		if (this.handed === others.length) {
			this.others = [];
			this.handed = 0;
		}
		return item;
	}
}
