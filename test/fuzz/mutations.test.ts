import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FuzzCase, inputOf } from '../support/fuzzCase.js';
import { runFuzz } from '../support/fuzzLaws.js';
import { mutationKinds } from '../support/fuzzMutations.js';
import { fuzzSeeds } from '../support/fuzzSeeds.js';

const seeds = fuzzSeeds(join(import.meta.dirname, '../../examples/captures'));

const word = fc.nat({ max: 2 ** 32 - 1 });
const mutation = fc.record({ kind: fc.constantFrom(...mutationKinds), where: word, value: word, size: word });
const fuzzCase: fc.Arbitrary<FuzzCase> = fc.record({
	seed: word,
	other: word,
	mutations: fc.array(mutation, { maxLength: 8 }),
	cuts: fc.array(word, { maxLength: 12 }),
	options: word,
});

describe('broken captures', () => {
	it('should be read to a known error or to their end, whatever they say, however they are cut into blocks', {
		timeout: 60_000,
	}, async () => {
		await fc.assert(
			fc.asyncProperty(fuzzCase, async each => void (await runFuzz(inputOf(each, seeds)))),
			{ numRuns: 1000 },
		);
	});

	it('should not break what is whole', async () => {
		const ends = await Promise.all(
			seeds.map((_, seed) => runFuzz(inputOf({ seed, other: 0, mutations: [], cuts: [7], options: 0 }, seeds))),
		);
		const read = ends.filter(({ segments }) => segments > 0);
		expect(read.length).toBeGreaterThan(10);
		expect(ends.filter(({ messages }) => messages > 0).length).toBeGreaterThan(5);
	});
});
