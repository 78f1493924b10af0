import { describe, expect, it } from 'vitest';
import { SkippedHole } from '../../../src/assembly/skippedHole.js';

/** What of [start, end) lies in the hole: `12-15`, or nothing. */
function shared(hole: SkippedHole, start: number, end: number): string {
	const part = hole.sharedWith({ start: start | 0, end: end | 0 });
	const length = (part.end - part.start) | 0;
	return length > 0 ? `${part.start}+${length}` : 'nothing';
}

describe('SkippedHole', () => {
	it('should share nothing before anything was skipped', () => {
		const hole = new SkippedHole();
		for (const start of [0, -3, 5, 2 ** 31 - 1, -(2 ** 31)]) expect(shared(hole, start, start + 6)).toBe('nothing');
	});

	it('should share what lies in it', () => {
		const hole = new SkippedHole();
		hole.add(10, 5);
		expect(shared(hole, 8, 12)).toBe('10+2');
		expect(shared(hole, 11, 13)).toBe('11+2');
		expect(shared(hole, 14, 30)).toBe('14+1');
		expect(shared(hole, 8, 30)).toBe('10+5');
		expect(shared(hole, 5, 10)).toBe('nothing');
		expect(shared(hole, 15, 17)).toBe('nothing');
	});

	it('should lie across the wrap', () => {
		const hole = new SkippedHole();
		hole.add(-3, 6);
		expect(shared(hole, -1, 1)).toBe('-1+2');
	});

	it('should take two that touch for one, and else remember the last', () => {
		const hole = new SkippedHole();
		hole.add(10, 5);
		hole.add(15, 5);
		expect(shared(hole, 0, 30)).toBe('10+10');
		hole.add(40, 5);
		expect(shared(hole, 0, 60)).toBe('40+5');
	});

	it('should share nothing with what is too far away to be compared', () => {
		const hole = new SkippedHole();
		hole.add(10, 5);
		for (let gib = 1; gib < 4; gib++) expect(shared(hole, gib * 2 ** 30, gib * 2 ** 30 + 1400)).toBe('nothing');
	});

	it('should not grow beyond what can be compared', () => {
		const hole = new SkippedHole();
		for (let i = 0; i < 64; i++) hole.add((i * 2 ** 26) | 0, 2 ** 26);
		const end = (64 * 2 ** 26) | 0;
		expect(shared(hole, end - 10, end)).toBe(`${(end - 10) | 0}+10`);
		expect(shared(hole, end, end + 10)).toBe('nothing');
	});
});
