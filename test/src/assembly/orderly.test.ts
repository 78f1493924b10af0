import { afterEach, describe, expect, it, vi } from 'vitest';
import { Orderly } from '../../../src/assembly/orderly.js';
import { Assembler, Flush, type Reassembly, type Segment } from '../../../src/index.js';
import { segmentsOf } from '../../support/orderlyTraffic.js';
import { Random } from '../../support/random.js';
import { optionSets } from '../../support/randomOptions.js';
import { RandomTraffic } from '../../support/randomTraffic.js';

/** All that an assembler says of some segments, with marks between them. */
function said(segments: readonly Segment[], options: object, directed = false): string[] {
	const words: string[] = [];
	const say = (chunk: Reassembly) => {
		const { flow, direction, connection, offset, skip, start, end, seen, packet, closed, last, bytes } = chunk;
		const { client, guessed, id } = connection;
		const statistics = JSON.stringify(connection.statistics(direction));
		words.push(
			`${id} ${flow} ${direction} ${client} ${guessed} ${offset} ${skip} ${start} ${end} ${seen} ${packet} ${closed} ${last} ${bytes} ${statistics}`,
		);
	};
	const assembler = new Assembler({ chunk: say, anomaly: ({ kind, packet }) => words.push(`${kind} ${packet}`) }, options, { directed });
	segments.forEach((segment, i) => {
		const connection = assembler.push(segment);
		words.push(`${segment.packet} belongs to ${connection?.id}`);
		if (i % 97 === 96) assembler.flush(new Flush(segment.timestamp.ms, segment.timestamp.ms - 150, segment.timestamp.ms - 400));
		if (i % 50 === 49) words.push(JSON.stringify(assembler.counters));
	});
	assembler.end();
	return [...words, JSON.stringify(assembler.counters)];
}

function theLongWay<T>(work: () => T): T {
	const take = vi.spyOn(Orderly.prototype, 'take').mockReturnValue(null);
	const open = vi.spyOn(Orderly.prototype, 'open').mockReturnValue(null);
	const result = work();
	expect(take.mock.calls.length + open.mock.calls.length).toBeGreaterThan(0);
	vi.restoreAllMocks();
	return result;
}

const engineSets = Object.entries(optionSets).filter(([, { compat }]) => compat === undefined);

describe('Orderly', () => {
	afterEach(() => void vi.restoreAllMocks());

	it.each(engineSets)('should do what the long way does, whatever comes: %s', (_, options) => {
		for (const seed of [1, 2, 3]) {
			const traffic = new RandomTraffic(new Random(seed), { antipodes: true });
			const segments = Array.from({ length: 600 }, () => traffic.next());
			for (const directed of [false, true]) {
				expect(said(segments, options, directed)).toEqual(theLongWay(() => said(segments, options, directed)));
			}
		}
	});

	it.each(engineSets)('should do what the long way does with what mostly comes: %s', (_, options) => {
		for (const seed of [4, 5, 6]) {
			const segments = segmentsOf(new Random(seed), 800);
			expect(said(segments, options)).toEqual(theLongWay(() => said(segments, options)));
		}
	});
});
