import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowTable } from '../../../src/assembly/flowTable.js';

/** Few enough that most are added, replaced and deleted more than once. */
const anyKey = fc.tuple(fc.constantFrom(0, 1, -1, 0x7fffffff, -(2 ** 31)), fc.nat(40));
const anyStep = fc.record({ kind: fc.constantFrom('set', 'set', 'delete', 'get'), key: anyKey, value: fc.nat() });

/** How many entries stand elsewhere than where their hash puts them is up to the seed; so all orders are met in the end. */
function agrees(steps: readonly { kind: string; key: readonly [number, number]; value: number }[]): void {
	const table = new FlowTable<number>(2);
	const model = new Map<string, number>();
	for (const { kind, key, value } of steps) {
		if (kind === 'set') {
			table.set(key, value);
			model.set(String(key), value);
		} else if (kind === 'delete') {
			table.delete(key);
			model.delete(String(key));
		}
		expect(table.get(key)).toBe(model.get(String(key)));
		expect(table.size).toBe(model.size);
	}
	for (const { key } of steps) expect(table.get(key)).toBe(model.get(String(key)));
}

describe('FlowTable', () => {
	it('should find what was set, and not what was not', () => {
		const table = new FlowTable<string>(3);
		table.set([1, 2, 3], 'a');
		expect(table.get([1, 2, 3])).toBe('a');
		expect(table.get([3, 2, 1])).toBeUndefined();
		expect(table.size).toBe(1);
	});

	it('should replace', () => {
		const table = new FlowTable<string>(1);
		table.set([7], 'a');
		table.set([7], 'b');
		expect(table.get([7])).toBe('b');
		expect(table.size).toBe(1);
	});

	it('should know a key of zeros from a free slot', () => {
		const table = new FlowTable<string>(2);
		expect(table.get([0, 0])).toBeUndefined();
		table.set([0, 0], 'zero');
		expect(table.get([0, 0])).toBe('zero');
		table.delete([0, 0]);
		expect(table.get([0, 0])).toBeUndefined();
	});

	it('should ignore the deletion of what it has not', () => {
		const table = new FlowTable<string>(1);
		table.set([1], 'a');
		table.delete([2]);
		expect(table.get([1])).toBe('a');
		expect(table.size).toBe(1);
	});

	it('should not keep a view of the key', () => {
		const table = new FlowTable<string>(2);
		const key = Int32Array.of(1, 2);
		table.set(key, 'a');
		key[0] = 9;
		expect(table.get([1, 2])).toBe('a');
		expect(table.get([9, 2])).toBeUndefined();
	});

	it('should agree with a Map, whatever is set and deleted', () => {
		fc.assert(fc.property(fc.array(anyStep, { maxLength: 200 }), agrees), { numRuns: 500 });
	});

	it('should keep every other entry where one is deleted from a full run of slots', () => {
		// Around half full, runs of neighbours form, some of them across the end of the array.
		let lost = 0;
		for (let round = 0; round < 200; round++) {
			const table = new FlowTable<number>(1);
			const keys = Array.from({ length: 32 }, (_, i) => i);
			for (const key of keys) table.set([key], key);
			const order = keys.toSorted((a, b) => ((a * 7 + round) % 32) - ((b * 7 + round) % 32));
			order.forEach((deleted, i) => {
				table.delete([deleted]);
				lost += order.slice(i + 1).filter(key => table.get([key]) !== key).length;
				if (table.get([deleted]) !== undefined) throw new Error(`${deleted} is still there`);
			});
			expect(table.size).toBe(0);
		}
		expect(lost).toBe(0);
	});

	it('should grow, and find all of a hundred thousand', () => {
		const table = new FlowTable<number>(4);
		const keyOf = (i: number) => [i, ~i, Math.imul(i, 65_537), 0];
		for (let i = 0; i < 100_000; i++) table.set(keyOf(i), i);
		for (let i = 0; i < 100_000; i += 2) table.delete(keyOf(i));
		expect(table.size).toBe(50_000);
		let wrong = 0;
		for (let i = 0; i < 100_000; i++) if (table.get(keyOf(i)) !== (i % 2 === 0 ? undefined : i)) wrong++;
		expect(wrong).toBe(0);
	});
});
