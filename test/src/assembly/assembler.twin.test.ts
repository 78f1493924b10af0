import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlapPolicies } from '../../../src/assembly/overlap.js';
import type { Reassembly } from '../../../src/assembly/reassembly.js';
import { Bench, c } from '../../support/segments.js';
import { Twin, type TwinOptions } from '../../support/segmentsTwin.js';

/** One thing that happens to the flow. */
type Step =
	| { readonly kind: 'syn'; readonly length: number }
	| {
			readonly kind: 'data';
			readonly at: number;
			readonly length: number;
			readonly cut: number;
			readonly fin: boolean;
			readonly writer: number;
	  }
	| { readonly kind: 'flush' };

interface Scenario {
	readonly isn: number;
	readonly options: TwinOptions;
	readonly steps: readonly Step[];
}

const anyIsn = fc.oneof(
	fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
	fc.integer({ min: 0xffff_ffc0, max: 0xffff_ffff }),
	fc.integer({ min: 0x7fff_ffc0, max: 0x7fff_ffff }),
	fc.nat(0xffff_ffff),
);

/** Bytes of a position: writer 0 always says the same, each other one says something else. */
function bytesAt(at: number, length: number, writer: number): Uint8Array {
	return Uint8Array.from({ length }, (_, i) => (writer === 0 ? 97 + ((((at + i) % 26) + 26) % 26) : 64 + writer));
}

const rarely = (max: number) => fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(max) });

const stepsFrom = (lowest: number, writers: number): fc.Arbitrary<Step> =>
	fc.oneof(
		{
			weight: 12,
			arbitrary: fc.record({
				kind: fc.constant('data' as const),
				at: fc.integer({ min: lowest, max: 60 }),
				length: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) }, { weight: 1, arbitrary: fc.constant(0) }),
				cut: rarely(9),
				fin: rarely(1).map(Boolean),
				writer: fc.nat(writers),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
	);

const withSyn = (writers: number): fc.Arbitrary<Step> =>
	fc.oneof(
		{ weight: 10, arbitrary: stepsFrom(0, writers) },
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant('syn' as const), length: rarely(4) }) },
	);

const limits = {
	overlap: fc.constantFrom(...overlapPolicies),
	midstream: fc.constantFrom('wait' as const, 'pickup' as const),
	maxHeldBytesPerFlow: fc.constantFrom(Number.POSITIVE_INFINITY, 1, 5, 20),
};

/** With a SYN somewhere, or none. */
const scenarios = (writers: number): fc.Arbitrary<Scenario> =>
	fc.oneof(
		fc.record({
			isn: anyIsn,
			options: fc.record({ ...limits, maxGap: fc.constant(1 << 24) }),
			steps: fc.array(withSyn(writers), { maxLength: 25 }),
		}),
		fc.record({
			isn: anyIsn,
			options: fc.record({ ...limits, maxGap: fc.constantFrom(9, 30, 1 << 24) }),
			steps: fc.array(stepsFrom(-40, writers), { maxLength: 25 }),
		}),
	);

/** Runs both side by side, and compares them after each step. */
function compare({ isn, options, steps }: Scenario): Bench {
	const bench = new Bench(options);
	const twin = new Twin(options);
	for (const step of steps) {
		play(step, isn, bench, twin);
		// A skip is said with what comes behind it.
		expect(bench.stream()).toBe(twin.closed === undefined ? twin.text.replace(/\.*$/, '') : twin.text);
		expect(bench.counters.heldBytes).toBeLessThanOrEqual(options.maxHeldBytesPerFlow);
	}
	const wasSeen = steps.some(step => step.kind !== 'flush');
	bench.end();
	twin.end();
	expect(bench.stream()).toBe(twin.text);
	if (!wasSeen) return bench;
	const closing = bench.chunks.filter(chunk => chunk.closed !== undefined);
	expect(closing.map(chunk => chunk.closed)).toEqual([twin.closed]);
	expect(bench.chunks.some(chunk => chunk.skip === -1)).toBe(twin.startUnknown);
	const { bytes, skipped, dropped } = (closing[0] as Reassembly).connection.statistics('client');
	expect({ bytes, skipped, dropped }).toEqual({ bytes: twin.bytes, skipped: twin.skipped, dropped: twin.dropped });
	expect(bench.counters.anomalies['overlap-conflict'] > 0).toBe(twin.conflict);
	return bench;
}

function play(step: Step, isn: number, bench: Bench, twin: Twin): void {
	if (step.kind === 'flush') {
		bench.flush(Number.POSITIVE_INFINITY);
		twin.flush();
	} else if (step.kind === 'syn') {
		const bytes = bytesAt(0, step.length, 0);
		bench.push(c(isn, bytes, { flags: 'S' }));
		twin.syn(bytes);
	} else {
		const { at, length, fin, writer } = step;
		const bytes = bytesAt(at, length, writer);
		const cut = Math.min(step.cut, length);
		bench.push(c(isn + 1 + at, bytes, { flags: fin ? 'F.' : '.', cut }));
		twin.data(at, bytes.subarray(0, length - cut), cut, fin);
	}
}

describe('Assembler against its naive twin', () => {
	it('should deliver, skip and drop the same where all segments agree', () => {
		fc.assert(
			fc.property(scenarios(0), scenario => void compare(scenario)),
			{ numRuns: 2000 },
		);
	});

	it('should deliver, skip and drop the same where segments contradict each other, for each policy', () => {
		fc.assert(
			fc.property(scenarios(4), scenario => void compare(scenario)),
			{ numRuns: 3000 },
		);
	});
});
