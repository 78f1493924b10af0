import { describe, expect, it } from 'vitest';
import { excerpt } from '../../marbles/excerpt.js';

describe('excerpt', () => {
	it('should leave a short text as it is', () => {
		expect(excerpt('a'.repeat(240), [])).toBe('a'.repeat(240));
	});

	it('should show where a long text begins to differ', () => {
		const head = 'h'.repeat(1000);
		const shown = excerpt(`${head}X${'t'.repeat(500)}`, [`${head}Y`]);
		expect(shown).toBe(`${'h'.repeat(40)} … ${'h'.repeat(40)}X${'t'.repeat(79)} … (1501 characters)`);
	});

	it('should show the head of a text that is like no other', () => {
		expect(excerpt('ab'.repeat(200), ['zz'])).toBe(`${'ab'.repeat(60)} … (400 characters)`);
	});
});
