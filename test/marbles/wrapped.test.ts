import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapped } from '../../marbles/wrapped.js';

describe('wrapped', () => {
	it('should break at blanks, and only within a word that is too long', () => {
		expect(wrapped('one two three', 7, '  ')).toEqual(['one two', '  three']);
		expect(wrapped('one 0123456789', 6, '  ')).toEqual(['one', '  0123', '  4567', '  89']);
		expect(wrapped('short', 7, '  ')).toEqual(['short']);
		expect(wrapped('', 7, '  ')).toEqual(['']);
	});

	it('should lose nothing but blanks, and be no longer than it may', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[a-z ]*$/), fc.integer({ min: 3, max: 20 }), (text, width) => {
				const lines = wrapped(text, width, '  ');
				expect(lines.every(line => line.length <= width)).toBe(true);
				expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
			}),
		);
	});
});
