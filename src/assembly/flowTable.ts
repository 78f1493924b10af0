const SLOTS_MIN = 64;
const ROWS_MIN = 16;

/** Rows of words that begin with a key. */
export interface RowTable {
	/** Words of a row; even, so that a row can hold doubles. */
	readonly width: number;
	readonly keyWords: number;
	/** All rows, one behind the other. */
	readonly words: Int32Array;
	/** The same memory, as doubles. */
	readonly doubles: Float64Array;
}

/**
 * A hash table from keys of a few 32-bit words to rows of 32-bit words: open addressing on typed arrays, no string, no
 * object an entry.
 *
 * A row begins with the words of its key; the others are for whoever uses the table, and begin as zeros. Rows never move,
 * but `words` and `doubles` are other arrays after `add`. A slot is the hash of a key and the number of its row plus one (0: the slot
 * is free); at most half of the slots are taken. The hash is seeded, so that nobody can choose addresses that all fall
 * on one slot.
 */
export class FlowTable implements RowTable {
	readonly width: number;
	words: Int32Array;
	doubles: Float64Array;
	/** How many keys there are. */
	size = 0;
	private readonly seed = (Math.random() * 0x1_0000_0000) | 0;
	private slots = new Int32Array(2 * SLOTS_MIN);
	private mask = SLOTS_MIN - 1;
	/** Rows that were ever used. */
	private used = 0;
	/** The row that was deleted last, plus one; its first word has the one before, and so on. */
	private vacant = 0;

	constructor(
		readonly keyWords: number,
		otherWords = 0,
	) {
		this.width = (keyWords + otherWords + 1) & ~1;
		this.words = new Int32Array(ROWS_MIN * this.width);
		this.doubles = new Float64Array(this.words.buffer);
	}

	/** The row of a key; -1 if there is none. */
	find(key: Int32Array): number {
		const { slots, mask } = this;
		const tag = this.hash(key, 0);
		for (let slot = tag & mask; ; slot = (slot + 1) & mask) {
			const row = (slots[2 * slot + 1] as number) - 1;
			if (row < 0 || (slots[2 * slot] === tag && this.hasKey(row, key))) return row;
		}
	}

	/** Adds a key that is not there; answers its row. */
	add(key: Int32Array): number {
		if (2 * (this.size + 1) > this.mask + 1) this.addSlots();
		const row = this.allocate();
		const at = row * this.width;
		for (let i = 0; i < this.keyWords; i++) this.words[at + i] = key[i] as number;
		this.takeSlot(this.hash(key, 0), row + 1);
		this.size++;
		return row;
	}

	/** Removes a row that is there, and its key. */
	delete(row: number): void {
		const { words, width } = this;
		const at = row * width;
		this.closeUp(this.slotOf(this.hash(words, at), row));
		for (let i = 1; i < width; i++) words[at + i] = 0;
		words[at] = this.vacant;
		this.vacant = row + 1;
		this.size--;
	}

	private hasKey(row: number, key: Int32Array): boolean {
		const { words, keyWords } = this;
		const at = row * this.width;
		for (let i = 0; i < keyWords; i++) if (words[at + i] !== key[i]) return false;
		return true;
	}

	/** The hash of the key that begins at `at`. */
	private hash(words: Int32Array, at: number): number {
		let h = this.seed;
		for (let i = 0; i < this.keyWords; i++) {
			h = Math.imul(h ^ (words[at + i] as number), 0x9e3779b1);
			h ^= h >>> 15;
		}
		h = Math.imul(h, 0x85ebca6b);
		return h ^ (h >>> 13);
	}

	private slotOf(tag: number, row: number): number {
		let i = tag & this.mask;
		while (this.slots[2 * i + 1] !== row + 1) i = (i + 1) & this.mask;
		return i;
	}

	private allocate(): number {
		if (this.vacant === 0) {
			if ((this.used + 1) * this.width > this.words.length) this.addRows();
			return this.used++;
		}
		const row = this.vacant - 1;
		this.vacant = this.words[row * this.width] as number;
		return row;
	}

	/** Puts a row into the first free slot for its hash. */
	private takeSlot(tag: number, place: number): void {
		const { slots, mask } = this;
		let i = tag & mask;
		while (slots[2 * i + 1] !== 0) i = (i + 1) & mask;
		slots[2 * i] = tag;
		slots[2 * i + 1] = place;
	}

	/** Fills the hole at `hole` with those behind it that would not be found across it. */
	private closeUp(hole: number): void {
		const { slots, mask } = this;
		let free = hole;
		for (let i = (hole + 1) & mask; slots[2 * i + 1] !== 0; i = (i + 1) & mask) {
			const home = (slots[2 * i] as number) & mask;
			if (((i - home) & mask) < ((i - free) & mask)) continue;
			slots[2 * free] = slots[2 * i] as number;
			slots[2 * free + 1] = slots[2 * i + 1] as number;
			free = i;
		}
		slots[2 * free + 1] = 0;
	}

	private addSlots(): void {
		const { slots: old } = this;
		this.slots = new Int32Array(2 * old.length);
		this.mask = this.slots.length / 2 - 1;
		for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) this.takeSlot(old[i] as number, old[i + 1] as number);
	}

	private addRows(): void {
		const words = new Int32Array(2 * this.words.length);
		words.set(this.words);
		this.words = words;
		this.doubles = new Float64Array(words.buffer);
	}
}
