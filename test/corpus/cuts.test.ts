import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../support/corpus.js';
import { cutOff, wholeCapture } from '../support/fuzzCuts.js';
import { Random } from '../support/random.js';

const corpus = openCorpus('cuts of real captures');
const CUTS = 100;

describe.runIf(corpus !== undefined)('a real capture that is cut off anywhere', () => {
	const captures = corpus?.captures ?? [];

	it('should give every whole packet before the cut, then say where the cut record begins', { timeout: 120_000 }, () => {
		const random = new Random(captures.length);
		const leftOut: string[] = [];
		let cuts = 0;
		for (const capture of captures) {
			const whole = wholeCapture(new Uint8Array(readFileSync(corpus?.pathOf(capture) ?? '')));
			if (whole === undefined) leftOut.push(`${capture.format} ${Object.keys(capture.linktypes).join('/')}`);
			else {
				for (let i = 0; i < CUTS; i++, cuts++) {
					const length = random.below(whole.bytes.length + 1);
					const { found, expected } = cutOff(whole, length);
					expect(found, `${capture.path}, cut at ${length}`).toEqual(expected);
				}
			}
		}
		console.log(`${cuts} cuts of ${cuts / CUTS} captures; left out, since they are not read as they lie: ${leftOut.join(', ')}`);
		expect(cuts).toBeGreaterThan(0);
	});
});
