import type { RandomCase } from '../../test/support/randomRun.js';

/** What is to be run. */
export interface Plan {
	readonly sets: readonly string[];
	readonly seed: number;
	/** Segments for each option set. */
	readonly perSet: number;
	/** The one case to run, from 0; undefined: all. */
	readonly only: number | undefined;
	readonly antipodes: boolean;
}

/** So short that a broken case is quickly repeated, so long that tables fill. */
const SEGMENTS_PER_CASE = 20_000;

/** All cases of a plan, the option sets in turn, so that a run that is stopped has tried them all. */
export function* casesOf({ sets, seed, perSet, antipodes }: Plan): Iterable<RandomCase> {
	for (let done = 0, round = 0; done < perSet; done += SEGMENTS_PER_CASE, round++) {
		const segments = Math.min(SEGMENTS_PER_CASE, perSet - done);
		for (const [i, set] of sets.entries()) yield { set, seed: (seed + round * sets.length + i) | 0, segments, antipodes };
	}
}
