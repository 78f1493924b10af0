/** What a {@link GroupTable} finds. */
export interface Tabled<Key> {
	readonly key: Key;
	/** Where it is looked for first: a whole number that those which live at the same time hardly share. */
	readonly number: number;
}

const SLOTS_MIN = 16;

/**
 * Finds groups by key. A Map takes some cache misses to hash an object, and that for every chunk; but connections are
 * numbered, so their number says where their group is. Numbers may meet, since the table is small, or keys come from
 * several engines: whoever finds its slot taken goes to a Map.
 */
export class GroupTable<Key, Group extends Tabled<Key>> {
	private slots = emptySlots<Group>(SLOTS_MIN);
	private readonly others = new Map<Key, Group>();
	private size = 0;

	find(key: Key, number: number): Group | undefined {
		const { slots } = this;
		const group = slots[number & (slots.length - 1)];
		if (group !== undefined && group.key === key) return group;
		return this.others.size === 0 ? undefined : this.others.get(key);
	}

	/** Takes a group in, whose key must not be there. */
	add(group: Group): void {
		this.size++;
		if (this.size > this.slots.length / 2) this.grow();
		this.put(group);
	}

	remove(group: Group): void {
		const slot = group.number & (this.slots.length - 1);
		if (this.slots[slot] === group) this.slots[slot] = undefined;
		else if (!this.others.delete(group.key)) return;
		this.size--;
	}

	private put(group: Group): void {
		const slot = group.number & (this.slots.length - 1);
		if (this.slots[slot] === undefined) this.slots[slot] = group;
		else this.others.set(group.key, group);
	}

	private grow(): void {
		const groups = [...this.slots, ...this.others.values()];
		this.slots = emptySlots(this.slots.length * 2);
		this.others.clear();
		for (const group of groups) if (group !== undefined) this.put(group);
	}
}

/** As many as a power of two says. */
function emptySlots<Group>(count: number): (Group | undefined)[] {
	return new Array<Group | undefined>(count).fill(undefined);
}
