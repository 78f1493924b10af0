import { vi } from 'vitest';

/** How many elements of arrays `work` looks through, at worst, to find one: it is what makes RxJS's mergeMap quadratic. */
export function placesLookedAt(work: () => void): number {
	let places = 0;
	const { indexOf } = Array.prototype;
	const spy = vi.spyOn(Array.prototype, 'indexOf').mockImplementation(function (this: unknown[], ...args) {
		places += this.length;
		return indexOf.apply(this, args);
	});
	try {
		work();
	} finally {
		spy.mockRestore();
	}
	return places;
}
