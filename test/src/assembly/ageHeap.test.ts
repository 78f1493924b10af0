import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeHeap, type Aging } from '../../../src/assembly/ageHeap.js';

class Item implements Aging {
	heapIndex = -1;

	constructor(
		readonly id: number,
		public time: number,
	) {}
}

const heapOf = (...items: Item[]) => {
	const heap = new AgeHeap<Item>(item => item.time);
	for (const item of items) heap.add(item);
	return heap;
};

/** The oldest by looking at all of them. */
const oldestOf = (items: Iterable<Item>): Item | undefined => [...items].sort((a, b) => a.time - b.time || a.id - b.id)[0];

describe('AgeHeap', () => {
	it('should give the oldest, and the lower id of two that are as old', () => {
		const [a, b, c] = [new Item(3, 5), new Item(1, 5), new Item(2, 9)];
		expect(heapOf(c, a, b).oldest()).toBe(b);
	});

	it('should have none when it is empty', () => {
		const heap = heapOf();
		expect(heap.oldest()).toBeUndefined();
		expect(heap.olderThan(Number.POSITIVE_INFINITY)).toBeUndefined();
	});

	it('should be strict about what is older', () => {
		const item = new Item(1, 5);
		const heap = heapOf(item);
		expect(heap.olderThan(5)).toBeUndefined();
		expect(heap.olderThan(6)).toBe(item);
	});

	it('should notice that an item has grown younger without a word', () => {
		const [a, b] = [new Item(1, 1), new Item(2, 2)];
		const heap = heapOf(a, b);
		a.time = 3;
		expect(heap.olderThan(2)).toBeUndefined();
		expect(heap.oldest()).toBe(b);
	});

	it('should be told of an item that has grown older', () => {
		const [a, b] = [new Item(1, 1), new Item(2, 2)];
		const heap = heapOf(a, b);
		b.time = 0;
		heap.update(b);
		expect(heap.oldest()).toBe(b);
	});

	it('should add what it is told to update, and ignore the removal of what it has not', () => {
		const item = new Item(1, 1);
		const heap = heapOf();
		heap.remove(item);
		heap.update(item);
		heap.update(item);
		expect(heap.values()).toEqual([item]);
		heap.remove(item);
		expect([heap.size, item.heapIndex]).toEqual([0, -1]);
	});

	it('should agree with a sorted list, whatever is done to it', () => {
		const step = fc.record({
			kind: fc.constantFrom('add', 'update', 'remove', 'age', 'oldest', 'olderThan'),
			id: fc.nat(30),
			time: fc.oneof(fc.nat(50), fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120 }), steps => {
				const heap = heapOf();
				const listed = new Map<number, Item>();
				for (const { kind, id, time } of steps) {
					const item = listed.get(id);
					if (kind === 'add' && item === undefined) {
						const added = new Item(id, time);
						heap.add(added);
						listed.set(id, added);
					} else if (kind === 'update' && item !== undefined) {
						item.time = time;
						heap.update(item);
					} else if (kind === 'remove' && item !== undefined) {
						heap.remove(item);
						listed.delete(id);
						expect(item.heapIndex).toBe(-1);
					} else if (kind === 'age' && item !== undefined) {
						item.time = Math.max(item.time, time);
					} else if (kind === 'oldest') {
						expect(heap.oldest()).toBe(oldestOf(listed.values()));
					} else if (kind === 'olderThan') {
						const oldest = oldestOf(listed.values());
						expect(heap.olderThan(time)).toBe(oldest !== undefined && oldest.time < time ? oldest : undefined);
					}
					expect(heap.size).toBe(listed.size);
					expect(new Set(heap.values())).toEqual(new Set(listed.values()));
				}
				for (let oldest = oldestOf(listed.values()); oldest !== undefined; oldest = oldestOf(listed.values())) {
					expect(heap.oldest()).toBe(oldest);
					heap.remove(oldest);
					listed.delete(oldest.id);
				}
				expect(heap.size).toBe(0);
			}),
			{ numRuns: 500 },
		);
	});
});
