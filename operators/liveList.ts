/** What can stand in a {@link LiveList}. */
export interface Listed {
	/** Its place in the list, which only the list changes; it begins with -1. */
	place: number;
}

/** Holes that are no reason yet to close up. */
const HOLES_MIN = 32;

/**
 * What is live at the moment, in the order in which it came. An item knows its place, so that letting one of many go
 * looks for nothing and touches no other item: it leaves a hole. The list closes up when more than half of it is holes.
 */
export class LiveList<Item extends Listed> {
	private items: (Item | undefined)[] = [];
	private live = 0;

	/** How many are live. */
	get size(): number {
		return this.live;
	}

	add(item: Item): void {
		item.place = this.items.length;
		this.items.push(item);
		this.live++;
	}

	/** Lets an item go; false if it was not there. */
	remove(item: Item): boolean {
		if (this.items[item.place] !== item) return false;
		this.items[item.place] = undefined;
		this.live--;
		if (this.items.length > 2 * this.live + HOLES_MIN) this.closeUp();
		return true;
	}

	/** Those that are live now: what comes and goes while they are gone through does not change it. */
	all(): Item[] {
		return this.items.filter(item => item !== undefined);
	}

	private closeUp(): void {
		const { items } = this;
		let place = 0;
		for (let i = 0; i < items.length; i++) {
			const item = items[i];
			if (item === undefined) continue;
			item.place = place;
			items[place++] = item;
		}
		items.length = place;
	}
}
