import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupTable } from '../../operators/groupTable.js';

interface Key {
	readonly number: number;
}

interface Group {
	readonly key: Key;
	readonly number: number;
}

const keyOf = (number: number): Key => ({ number });
const groupOf = (key: Key): Group => ({ key, number: key.number });

describe('GroupTable', () => {
	it.each([
		['each key has its own number', (place: number) => place],
		['many keys share a number', (place: number) => place % 3],
		['all keys share a number', () => 1],
		['numbers are far apart', (place: number) => place * 4096],
		['numbers are too large for 32 bits', (place: number) => 2 ** 40 + place],
	])('should find what a Map finds when %s', (_when, numberAt) => {
		// A number takes in that group, or lets it go if it is there.
		fc.assert(
			fc.property(fc.array(fc.nat(40), { maxLength: 300 }), places => {
				const keys = Array.from({ length: 41 }, (_, place) => keyOf(numberAt(place)));
				const [table, twin] = [new GroupTable<Key, Group>(), new Map<Key, Group>()];
				for (const place of places) {
					const key = keys[place] as Key;
					const known = twin.get(key);
					if (known !== undefined) {
						table.remove(known);
						twin.delete(key);
					} else {
						const group = groupOf(key);
						table.add(group);
						twin.set(key, group);
					}
				}
				expect(keys.map(key => table.find(key, key.number))).toEqual(keys.map(key => twin.get(key)));
			}),
		);
	});

	it('should not take one key for another that has its number', () => {
		const table = new GroupTable<Key, Group>();
		const [first, second] = [keyOf(5), keyOf(5)];
		const group = groupOf(first);
		table.add(group);
		expect(table.find(first, 5)).toBe(group);
		expect(table.find(second, 5)).toBeUndefined();
	});

	it('should find the one in the Map after the one in the slot has gone', () => {
		const table = new GroupTable<Key, Group>();
		const [first, second] = [groupOf(keyOf(5)), groupOf(keyOf(5))];
		table.add(first);
		table.add(second);
		table.remove(first);
		expect(table.find(second.key, 5)).toBe(second);
		table.remove(second);
		expect(table.find(second.key, 5)).toBeUndefined();
	});

	it('should not change when a group is removed that it does not have', () => {
		const table = new GroupTable<Key, Group>();
		const groups = Array.from({ length: 9 }, (_, number) => groupOf(keyOf(number)));
		for (const group of groups) {
			table.add(group);
			for (let i = 0; i < 3; i++) table.remove(groupOf(keyOf(100)));
		}
		expect(groups.map(({ key }) => table.find(key, key.number))).toEqual(groups);
	});
});
