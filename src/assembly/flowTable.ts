const SLOTS_MIN = 64;

/**
 * A hash table from keys of a few 32-bit words to values: open addressing on one typed array, no string, no object a key.
 *
 * A slot is the words of its key and the place of its value plus one (0: the slot is free). At most half of the slots
 * are taken. The hash is seeded, so that nobody can choose addresses that all fall on one slot.
 */
export class FlowTable<T> {
	private readonly width: number;
	private readonly seed = (Math.random() * 0x1_0000_0000) | 0;
	private slots: Int32Array;
	private mask: number;
	private values: (T | undefined)[] = [];
	private readonly vacant: number[] = [];

	constructor(private readonly keyWords: number) {
		this.width = keyWords + 1;
		this.slots = new Int32Array(SLOTS_MIN * this.width);
		this.mask = SLOTS_MIN - 1;
	}

	/** How many values there are. */
	get size(): number {
		return this.values.length - this.vacant.length;
	}

	get(key: ArrayLike<number>): T | undefined {
		const place = this.slots[this.slotOf(key) + this.keyWords] as number;
		return place === 0 ? undefined : this.values[place - 1];
	}

	/** Adds or replaces. */
	set(key: ArrayLike<number>, value: T): void {
		let slot = this.slotOf(key);
		const place = this.slots[slot + this.keyWords] as number;
		if (place !== 0) {
			this.values[place - 1] = value;
			return;
		}
		if (2 * (this.size + 1) > this.mask + 1) {
			this.grow();
			slot = this.slotOf(key);
		}
		const index = this.vacant.pop() ?? this.values.length;
		this.values[index] = value;
		for (let i = 0; i < this.keyWords; i++) this.slots[slot + i] = key[i] as number;
		this.slots[slot + this.keyWords] = index + 1;
	}

	/** Removes the key if it is there. */
	delete(key: ArrayLike<number>): void {
		const slot = this.slotOf(key);
		const place = this.slots[slot + this.keyWords] as number;
		if (place === 0) return;
		this.values[place - 1] = undefined;
		this.vacant.push(place - 1);
		this.closeUp(slot / this.width);
	}

	/** The slot that has the key, or the free one where it would go. */
	private slotOf(key: ArrayLike<number>): number {
		const { slots, width, keyWords, mask } = this;
		for (let i = this.hash(key, 0) & mask; ; i = (i + 1) & mask) {
			const slot = i * width;
			if (slots[slot + keyWords] === 0 || this.matches(slot, key)) return slot;
		}
	}

	private matches(slot: number, key: ArrayLike<number>): boolean {
		for (let i = 0; i < this.keyWords; i++) if (this.slots[slot + i] !== key[i]) return false;
		return true;
	}

	private hash(words: ArrayLike<number>, at: number): number {
		let h = this.seed;
		for (let i = 0; i < this.keyWords; i++) {
			h = Math.imul(h ^ (words[at + i] as number), 0x9e3779b1);
			h ^= h >>> 15;
		}
		h = Math.imul(h, 0x85ebca6b);
		return h ^ (h >>> 13);
	}

	/** Fills the hole at `hole` with those behind it that would not be found across it. */
	private closeUp(hole: number): void {
		const { slots, width, keyWords, mask } = this;
		let free = hole;
		for (let i = (hole + 1) & mask; slots[i * width + keyWords] !== 0; i = (i + 1) & mask) {
			const home = this.hash(slots, i * width) & mask;
			if (((i - home) & mask) < ((i - free) & mask)) continue;
			slots.copyWithin(free * width, i * width, (i + 1) * width);
			free = i;
		}
		slots[free * width + keyWords] = 0;
	}

	private grow(): void {
		const { slots: old, width, keyWords } = this;
		this.slots = new Int32Array(old.length * 2);
		this.mask = this.slots.length / width - 1;
		for (let from = 0; from < old.length; from += width) {
			if (old[from + keyWords] === 0) continue;
			let i = this.hash(old, from) & this.mask;
			while (this.slots[i * width + keyWords] !== 0) i = (i + 1) & this.mask;
			this.slots.set(old.subarray(from, from + width), i * width);
		}
	}
}
