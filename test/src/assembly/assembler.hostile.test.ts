import { describe, it } from 'vitest';
import { HostileRun } from '../../support/segmentsHostile.js';

/** `HOSTILE_RUNS=5000 HOSTILE_SEED=1 npx vitest run …` makes it long. */
const runs = Number(process.env.HOSTILE_RUNS ?? 200);
const firstSeed = Number(process.env.HOSTILE_SEED ?? 1);
const SEGMENTS_PER_RUN = 1000;

describe('Assembler under hostile traffic', () => {
	it(`should keep its limits and the laws of chunks over ${runs * SEGMENTS_PER_RUN} random segments`, { timeout: 3_600_000 }, () => {
		for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
			try {
				new HostileRun(seed).run(SEGMENTS_PER_RUN);
			} catch (error) {
				throw new Error(`seed ${seed}`, { cause: error });
			}
		}
	});
});
