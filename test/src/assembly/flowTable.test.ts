import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowTable } from '../../../src/assembly/flowTable.js';

const key = (...words: number[]) => Int32Array.from(words);

/** Few enough that most are added and deleted more than once. */
const anyKey = fc.tuple(fc.constantFrom(0, 1, -1, 0x7fffffff, -(2 ** 31)), fc.nat(40));
const anyStep = fc.record({ kind: fc.constantFrom('add', 'add', 'delete', 'find'), words: anyKey, mark: fc.nat() });

/** Which entries stand elsewhere than where their hash puts them is up to the seed; so all orders are met in the end. */
function agrees(steps: readonly { kind: string; words: readonly [number, number]; mark: number }[]): void {
	const table = new FlowTable(2, 3);
	const model = new Map<string, number>();
	const markAt = (row: number) => row * table.width + 2;
	const found = (words: readonly number[]) => {
		const row = table.find(key(...words));
		return row < 0 ? undefined : table.words[markAt(row)];
	};
	for (const { kind, words, mark } of steps) {
		const row = table.find(key(...words));
		if (kind === 'add' && row < 0) {
			const added = table.add(key(...words));
			expect(Array.from(table.words.subarray(markAt(added), (added + 1) * table.width))).toEqual([0, 0, 0, 0]);
			table.words.fill(mark, markAt(added), (added + 1) * table.width);
			model.set(String(words), mark);
		} else if (kind === 'delete' && row >= 0) {
			table.delete(row);
			model.delete(String(words));
		}
		expect(found(words)).toBe(model.get(String(words)));
		expect(table.size).toBe(model.size);
	}
	for (const { words } of steps) expect(found(words)).toBe(model.get(String(words)));
}

describe('FlowTable', () => {
	it('should find what was added, and not what was not', () => {
		const table = new FlowTable(3);
		const row = table.add(key(1, 2, 3));
		expect(table.find(key(1, 2, 3))).toBe(row);
		expect(table.find(key(3, 2, 1))).toBe(-1);
		expect(table.size).toBe(1);
	});

	it('should begin a row with its key, and hold doubles in it', () => {
		const table = new FlowTable(3, 2);
		expect(table.width).toBe(6);
		table.add(key(7, 7, 7));
		const at = table.add(key(1, 2, 3)) * table.width;
		expect(Array.from(table.words.subarray(at, at + 6))).toEqual([1, 2, 3, 0, 0, 0]);
		table.doubles[(at + 4) / 2] = Math.PI;
		expect(table.words[at + 3]).toBe(0);
		expect(table.doubles[(at + 4) / 2]).toBe(Math.PI);
	});

	it('should know a key of zeros from a free slot', () => {
		const table = new FlowTable(2);
		expect(table.find(key(0, 0))).toBe(-1);
		const row = table.add(key(0, 0));
		expect(table.find(key(0, 0))).toBe(row);
		table.delete(row);
		expect(table.find(key(0, 0))).toBe(-1);
	});

	it('should not keep a view of the key', () => {
		const table = new FlowTable(2);
		const words = key(1, 2);
		const row = table.add(words);
		words[0] = 9;
		expect(table.find(key(1, 2))).toBe(row);
		expect(table.find(key(9, 2))).toBe(-1);
	});

	it('should use rows again, and leave the others where they are', () => {
		const table = new FlowTable(1);
		const rows = [1, 2, 3].map(word => table.add(key(word)));
		table.delete(rows[1] as number);
		expect(table.add(key(4))).toBe(rows[1]);
		expect([1, 3].map(word => table.find(key(word)))).toEqual([rows[0], rows[2]]);
	});

	it('should agree with a Map, whatever is added and deleted', () => {
		fc.assert(fc.property(fc.array(anyStep, { maxLength: 200 }), agrees), { numRuns: 500 });
	});

	it('should keep every other entry where one is deleted from a full run of slots', () => {
		// Around half full, runs of neighbours form, some of them across the end of the array.
		let lost = 0;
		for (let round = 0; round < 200; round++) {
			const table = new FlowTable(1);
			const words = Array.from({ length: 32 }, (_, i) => i);
			const rows = new Map(words.map(word => [word, table.add(key(word))]));
			const order = words.toSorted((a, b) => ((a * 7 + round) % 32) - ((b * 7 + round) % 32));
			order.forEach((deleted, i) => {
				table.delete(rows.get(deleted) as number);
				lost += order.slice(i + 1).filter(word => table.find(key(word)) !== rows.get(word)).length;
				if (table.find(key(deleted)) >= 0) throw new Error(`${deleted} is still there`);
			});
			expect(table.size).toBe(0);
		}
		expect(lost).toBe(0);
	});

	it('should grow, and find all of a hundred thousand', () => {
		const table = new FlowTable(4);
		const keyOf = (i: number) => key(i, ~i, Math.imul(i, 65_537), 0);
		for (let i = 0; i < 100_000; i++) table.add(keyOf(i));
		for (let i = 0; i < 100_000; i += 2) table.delete(table.find(keyOf(i)));
		expect(table.size).toBe(50_000);
		let wrong = 0;
		for (let i = 0; i < 100_000; i++) if (table.find(keyOf(i)) >= 0 !== (i % 2 === 1)) wrong++;
		expect(wrong).toBe(0);
	});
});
