const SLOTS_MIN = 64;
const ROWS_MIN = 16;

/** Large pieces of memory begin 16 bytes behind a page (glibc): from here on, rows of 128 bytes lie in two lines of the cache, not three. */
const ROWS_OFFSET_BYTES = 112;

const makeWords = (count: number) => new Int32Array(new ArrayBuffer(ROWS_OFFSET_BYTES + 4 * count), ROWS_OFFSET_BYTES);
const doublesOf = ({ buffer, byteOffset }: Int32Array) => new Float64Array(buffer, byteOffset);

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
 * but `words` and `doubles` are other arrays after `add`. A slot is one word: the number of a row plus one (0: the slot is
 * free), and above it as many bits of its hash as there is room for, so that hardly a row is looked at in vain; at most
 * half of the slots are taken. The hash is seeded, so that nobody can choose addresses that all fall on one slot.
 */
export class FlowTable implements RowTable {
	readonly width: number;
	words: Int32Array;
	doubles: Float64Array;
	/** How many keys there are. */
	size = 0;
	private readonly seed = (Math.random() * 0x1_0000_0000) | 0;
	/** As many as a power of two, `mask` + 1. There are fewer rows, so `mask` is also where the number of a row is in a slot. */
	private slots = new Int32Array(SLOTS_MIN);
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
		this.words = makeWords(ROWS_MIN * this.width);
		this.doubles = doublesOf(this.words);
	}

	/** The row of a key; -1 if there is none. */
	find(key: Int32Array): number {
		const { slots, mask } = this;
		const hash = this.hash(key, 0);
		for (let i = home(hash) & mask; ; i = (i + 1) & mask) {
			const slot = slots[i] as number;
			if (slot === 0) return -1;
			if (((slot ^ hash) & ~mask) === 0 && this.hasKey((slot & mask) - 1, key)) return (slot & mask) - 1;
		}
	}

	/** Adds a key that is not there; answers its row. */
	add(key: Int32Array): number {
		if (2 * (this.size + 1) > this.slots.length) this.addSlots();
		const row = this.allocate();
		const at = row * this.width;
		for (let i = 0; i < this.keyWords; i++) this.words[at + i] = key[i] as number;
		this.takeSlot(this.hash(key, 0), row);
		this.size++;
		return row;
	}

	/** Removes a row that is there, and its key. */
	delete(row: number): void {
		const { words, width } = this;
		const at = row * width;
		this.closeUp(this.slotOf(row));
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

	private hashOf(row: number): number {
		return this.hash(this.words, row * this.width);
	}

	private slotOf(row: number): number {
		const { slots, mask } = this;
		let i = home(this.hashOf(row)) & mask;
		while (((slots[i] as number) & mask) !== row + 1) i = (i + 1) & mask;
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
	private takeSlot(hash: number, row: number): void {
		const { slots, mask } = this;
		let i = home(hash) & mask;
		while (slots[i] !== 0) i = (i + 1) & mask;
		slots[i] = (hash & ~mask) | (row + 1);
	}

	/** Fills the hole at `hole` with those behind it that would not be found across it. */
	private closeUp(hole: number): void {
		const { slots, mask } = this;
		let free = hole;
		for (let i = (hole + 1) & mask; slots[i] !== 0; i = (i + 1) & mask) {
			const slot = slots[i] as number;
			const from = home(this.hashOf((slot & mask) - 1));
			if (((i - from) & mask) < ((i - free) & mask)) continue;
			slots[free] = slot;
			free = i;
		}
		slots[free] = 0;
	}

	private addSlots(): void {
		const { slots: old, mask: oldMask } = this;
		this.slots = new Int32Array(2 * old.length);
		this.mask = this.slots.length - 1;
		for (const slot of old) {
			const row = (slot & oldMask) - 1;
			if (slot !== 0) this.takeSlot(this.hashOf(row), row);
		}
	}

	private addRows(): void {
		const words = makeWords(2 * this.words.length);
		words.set(this.words);
		this.words = words;
		this.doubles = doublesOf(words);
	}
}

/** Where the search for a hash begins. Its upper bits stand in the slots, so these are made of all of them. */
const home = (hash: number) => hash ^ (hash >>> 16);
