import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveList } from '../../operators/liveList.js';

class Item {
	place = -1;

	constructor(readonly name: number) {}
}

describe('LiveList', () => {
	it('should have what a Set has, in the same order, whatever comes and goes', () => {
		// A number takes in that item, or lets it go if it is there.
		fc.assert(
			fc.property(fc.array(fc.nat(60), { maxLength: 600 }), names => {
				const items = Array.from({ length: 61 }, (_, name) => new Item(name));
				const [list, twin] = [new LiveList<Item>(), new Set<Item>()];
				for (const name of names) {
					const item = items[name] as Item;
					if (twin.delete(item)) expect(list.remove(item)).toBe(true);
					else {
						twin.add(item);
						list.add(item);
					}
					expect(list.size).toBe(twin.size);
				}
				expect(list.all()).toEqual([...twin]);
			}),
		);
	});

	it('should let go of an item once, and of none that it does not have', () => {
		const [list, item] = [new LiveList<Item>(), new Item(1)];
		expect(list.remove(item)).toBe(false);
		list.add(item);
		expect(list.remove(new Item(2))).toBe(false);
		expect([list.remove(item), list.remove(item)]).toEqual([true, false]);
		expect(list.size).toBe(0);
	});

	it('should give those that were live when it was asked, also while they go', () => {
		const list = new LiveList<Item>();
		const items = Array.from({ length: 100 }, (_, name) => new Item(name));
		for (const item of items) list.add(item);
		const seen = list.all().map(item => {
			list.remove(item);
			return item;
		});
		expect(seen).toEqual(items);
		expect(list.size).toBe(0);
	});
});
