import { describe, expect, it } from 'vitest';
import { HeldBytes } from '../../../src/assembly/heldBytes.js';
import { bytesOf, textOf } from '../../support/segments.js';

describe('HeldBytes', () => {
	it('should keep bytes, whatever becomes of the block that they came in', () => {
		const held = new HeldBytes();
		const block = bytesOf('..ABC..');
		const at = held.put(block, 2, 5, 0);
		block.fill(0);
		expect(textOf(held.room.subarray(at, at + 3))).toBe('ABC');
	});

	it('should not write over bytes that were put there', () => {
		const held = new HeldBytes();
		const put = Array.from({ length: 40 }, (_, i) => {
			const text = String.fromCharCode(65 + (i % 26)).repeat(1 + 7 * i);
			const at = held.put(bytesOf(text), 0, text.length, held.total);
			return { text, room: held.room, at };
		});
		for (const { text, room, at } of put) expect(textOf(room.subarray(at, at + text.length))).toBe(text);
	});

	it('should take exactly the first bytes', () => {
		const held = new HeldBytes();
		held.put(bytesOf('ABC'), 0, 3, 0);
		expect([held.room.length, held.total]).toEqual([3, 3]);
	});

	it('should have rooms of twice what is held, and 16 KiB at the most', () => {
		const held = new HeldBytes();
		held.put(new Uint8Array(100), 0, 100, 1000);
		expect(held.room.length).toBe(2000);
		held.put(new Uint8Array(1950), 0, 1950, 1_000_000);
		expect([held.room.length, held.total]).toEqual([16 * 1024, 2000 + 16 * 1024]);
		held.put(new Uint8Array(20_000), 0, 20_000, 1_000_000);
		expect(held.room.length).toBe(20_000);
	});

	it('should begin anew when all was given up', () => {
		const held = new HeldBytes();
		held.put(bytesOf('ABC'), 0, 3, 100);
		const before = held.room;
		held.clear();
		expect(held.total).toBe(0);
		held.put(bytesOf('D'), 0, 1, 0);
		expect(held.room).not.toBe(before);
	});
});
