import { describe, it } from 'vitest';
import { optionSets } from '../../support/randomOptions.js';
import { runRandom } from '../../support/randomRun.js';

const SEGMENTS = 1500;
const seeds = [1, 2, 3];
/** Sequence numbers half way round from where a flow stands. */
const antipodes = true;

/** `npm run random` runs millions, with a watchdog that tells the case that has no end. */
describe('the engine under random segments', () => {
	it.each(Object.keys(optionSets))('should survive anything, and keep its books: %s', { timeout: 60_000 }, set => {
		for (const seed of seeds) runRandom({ set, seed, segments: SEGMENTS, antipodes });
	});
});
