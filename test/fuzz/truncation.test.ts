import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutOff, wholeCapture } from '../support/fuzzCuts.js';
import { fuzzSeeds } from '../support/fuzzSeeds.js';

const seeds = fuzzSeeds(join(import.meta.dirname, '../../examples/captures'), undefined).filter(({ name }) => name.startsWith('made'));
const captures = seeds.flatMap(({ name, bytes }) => {
	const whole = wholeCapture(bytes);
	return whole === undefined ? [] : [{ name, whole }];
});

describe('a capture that is cut off', () => {
	it('should be there to be tried', () => {
		expect(captures.length).toBeGreaterThan(15);
	});

	it.each(captures)('should give every whole packet, then say where it is cut, anywhere: $name', ({ whole }) => {
		// Of a long one not every byte far behind, since that takes long; but it is cut everywhere within a block of four.
		for (let length = 0; length <= whole.bytes.length; length += length < 4000 ? 1 : 31) {
			const { found, expected } = cutOff(whole, length);
			expect(found, `cut at ${length}`).toEqual(expected);
		}
	});
});
