import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, distance, unsigned } from '../../../src/assembly/sequence.js';

const anySequence = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('distance', () => {
	it.each([
		['the same', 5, 5, 0],
		['ahead', 1001, 1004, 3],
		['behind', 1004, 1001, -3],
		['ahead across the wrap', 0xffffffff | 0, 2, 3],
		['behind across the wrap', 2, 0xffffffff | 0, -3],
		['ahead across 2^31', 0x7fffffff, 0x80000002 | 0, 3],
		['half of the space ahead counts as behind', 0, 0x80000000 | 0, -(2 ** 31)],
	])('should be signed: %s', (_, from, to, expected) => {
		expect(distance(from, to)).toBe(expected);
	});

	it('should be undone by advance, from anywhere', () => {
		fc.assert(
			fc.property(anySequence, anySequence, (from, length) => {
				expect(distance(from, advance(from, length))).toBe(length);
				expect(advance(from, distance(from, length))).toBe(length);
			}),
		);
	});
});

describe('advance', () => {
	it('should stay a signed 32-bit integer where it wraps', () => {
		expect(advance(0x7fffffff, 1)).toBe(-(2 ** 31));
		expect(advance(-1, 1)).toBe(0);
		expect(advance(0, -1)).toBe(-1);
	});
});

describe('unsigned', () => {
	it('should give what people read', () => {
		expect(unsigned(-1)).toBe(0xffffffff);
		expect(unsigned(-(2 ** 31))).toBe(2 ** 31);
		expect(unsigned(7)).toBe(7);
	});
});
