import { concat, from, map, type Observable, Subject, takeUntil, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Anomaly } from '../../src/assembly/anomaly.js';
import type { AssemblerCounters } from '../../src/assembly/counters.js';
import { Flush } from '../../src/assembly/flush.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Segment } from '../../src/wire/segment.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { printItem, segmentsOf } from '../support/operatorsTraffic.js';

const legend = {
	S: 'C> S 0:0(0)',
	a: 'C> . 1:4(3) "ABC"',
	b: 'C> . 4:7(3) "DEF"',
	c: 'C> . 7:10(3) "GHI"',
	d: 'C> . 10:13(3) "JKL"',
	f: 'C> F. 10:10(0)',
};

checkOperator('reassemble', {
	make: () => reassemble({ anomalies: { next: () => undefined } }),
	items: () => segmentsOf(legend.S, legend.b, legend.a, legend.d, 'A:C> S 0:0(0)', 'A:C> . 2:3(1) "b"', 'A:C> . 1:2(1) "a"'),
	print: printItem,
	output: ['C> start', 'C> "ABC"', 'C> "DEF"', 'A:C> start', 'A:C> "a"', 'A:C> "b"'],
	atEnd: ['C> k3 "JKL"', 'C> eof', 'A:C> eof'],
	atError: ['C> k3 "JKL"', 'C> eof', 'A:C> eof'],
});

checkOperator('reassemble with marks', {
	make: () => reassemble(),
	items: () => [...segmentsOf(legend.S, legend.d), new Flush(10, 5, 0), new Flush(10, 5, 5)],
	print: printItem,
	output: ['C> start', 'C> k9 "JKL"', 'C> idle'],
});

checkOperator('reassemble as tcpassembly', {
	make: () => reassemble({ compat: 'tcpassembly' }),
	items: () => segmentsOf(legend.S, legend.b, legend.a, legend.a, legend.d, 'A:C> S 0:0(0)'),
	print: printItem,
	output: ['C> start', 'C> "ABC"', 'C> "DEF"', 'C>', 'A:C> start'],
	atEnd: ['C> k3 "JKL"', 'C> eof', 'A:C> eof'],
	atError: ['C> k3 "JKL"', 'C> eof', 'A:C> eof'],
});

describe('reassemble', () => {
	it('should hold segments until the hole before them fills', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('S-b-c-a-----f---|', legend);
			const expected = '      s-----(abc)-f---|';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
				s: 'C> start',
				a: 'C> "ABC"',
				b: 'C> "DEF"',
				c: 'C> "GHI"',
				f: 'C> end fin',
			});
		});
	});

	it('should emit what it holds, with its skips, when the source completes', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('S-b-d--|', legend);
			const expected = '      s------(bdx|)';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, {
				s: 'C> start',
				b: 'C> k3 "DEF"',
				d: 'C> k3 "JKL"',
				x: 'C> eof',
			});
		});
	});

	it('should emit what it holds, with its skips, before it passes an error on', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const error = new Error('cut off');
			const source = packets('S-b-d--#', legend, error);
			const expected = '      s------(bdx#)';
			const chunks = { s: 'C> start', b: 'C> k3 "DEF"', d: 'C> k3 "JKL"', x: 'C> eof' };
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, chunks, { error });
		});
	});

	it('should emit nothing of what it holds when it is unsubscribed', () => {
		packetMarbles(({ hotPackets, expectChunks, expectSubscriptions }) => {
			const source = hotPackets('S-b-d--|', legend);
			const unsubscribed = '     ^----!  ';
			const expected = '         s-----  ';
			expectChunks(source.pipe(decodeTcp(), reassemble()), expected, { s: 'C> start' }, { subscription: unsubscribed });
			expectSubscriptions(source.subscriptions).toBe(unsubscribed);
		});
	});

	it('should stop waiting at a mark, and only for what is older than the mark says', () => {
		packetMarbles(({ packets, expectChunks }) => {
			const source = packets('S-d 497ms a 499ms c 497ms -|', { ...legend, a: 'A:C> . 5:6(1) "x"', c: 'A:C> . 6:7(1) "y"' });
			const expected = '      s-- 497ms - 499ms - 498ms (dxyzw|)';
			const chunks = source.pipe(decodeTcp(), flushOlderThan(2_000, { clock: 'packet' }), reassemble());
			expectChunks(chunks, expected, { s: 'C> start', d: 'C> k9 "JKL"', x: 'C> eof', y: 'A:C> k-1 "x"', z: 'A:C> "y"', w: 'A:C> eof' });
		});
	});

	it('should lose nothing when its own chunk ends the source', () => {
		const source = new Subject<Segment>();
		const enough = new Subject<void>();
		const { lines } = record(source.pipe(takeUntil(enough), reassemble()), printItem, () => enough.next());
		for (const segment of segmentsOf('C> . 4:7(3) "DEF"', 'C> . 10:13(3) "JKL"', 'C> S 0:0(0)', 'C> . 1:4(3) "ABC"')) source.next(segment);
		expect(lines).toEqual(['C> start', 'C> k3 "DEF"', 'C> k3 "JKL"', 'C> eof', '|']);
	});

	it('should emit only what the consumer still wants of what one segment completes', () => {
		const source = new Subject<Segment>();
		const enough = new Subject<void>();
		let count = 0;
		const recording = record(source.pipe(reassemble(), takeUntil(enough)), printItem, () => {
			if (++count === 2) enough.next();
		});
		for (const segment of segmentsOf(legend.S, legend.b, legend.c, legend.a)) source.next(segment);
		expect(recording.lines).toEqual(['C> start', 'C> "ABC"', '|']);
		expect(source.observed).toBe(false);
	});

	it('should tell anomalies on the side, and of each subscription to the same listener', () => {
		const anomalies = new Subject<Anomaly>();
		const { lines } = record(anomalies, ({ kind, packet }) => `${kind} #${packet}`);
		const chunks = from(segmentsOf(legend.S, legend.a, 'C> R 500:500(0)')).pipe(reassemble({ anomalies }));
		record(chunks);
		record(chunks);
		expect(lines).toEqual(['rst-in-window #3', 'rst-in-window #3']);
	});

	it('should fail, and let go of its source, when who is told of anomalies throws', () => {
		const source = new Subject<Segment>();
		const anomalies = {
			next: () => {
				throw new Error('full');
			},
		};
		const { lines } = record(source.pipe(reassemble({ anomalies })), printItem);
		for (const segment of segmentsOf(legend.S, 'C> R 500:500(0)', legend.a)) source.next(segment);
		expect(lines).toEqual(['C> start', '# full']);
		expect(source.observed).toBe(false);
	});

	it('should keep the order when who is told of anomalies makes the source emit', () => {
		const source = new Subject<Segment>();
		const [syn, a, conflict, b] = segmentsOf(legend.S, 'C> . 2:4(2) "BC"', 'C> . 2:4(2) "XX"', 'C> . 1:2(1) "A"');
		const anomalies = { next: () => source.next(b as Segment) };
		const { lines } = record(source.pipe(reassemble({ anomalies })), printItem);
		for (const segment of [syn, a, conflict]) source.next(segment as Segment);
		source.complete();
		expect(lines).toEqual(['C> start', 'C> "A"', 'C> "BC"', 'C> eof', '|']);
	});

	it('should tell what it has counted and what it holds behind every mark, and at the end', () => {
		const told: string[] = [];
		const counters = {
			next: ({ connections, flows, heldBytes, skippedByAge, closed }: AssemblerCounters) =>
				told.push(`${connections} opened, ${flows} flows, ${heldBytes} held, ${skippedByAge} skipped, ${closed.eof} cut short`),
		};
		const never = new Flush(0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
		const always = new Flush(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
		const items = [...segmentsOf(legend.S, legend.d), never, always];
		const error = new Error('the source failed');
		const chunks = concat(
			from(items),
			throwError(() => error),
		).pipe(reassemble({ counters }));
		expect(record(chunks, printItem).lines).toEqual(['C> start', 'C> k9 "JKL"', 'C> eof', '# the source failed']);
		expect(told).toEqual([
			'1 opened, 1 flows, 3 held, 0 skipped, 0 cut short',
			'1 opened, 1 flows, 0 held, 1 skipped, 0 cut short',
			'1 opened, 0 flows, 0 held, 1 skipped, 1 cut short',
		]);
	});

	it('should pass its options on', () => {
		const pickedUp = from(segmentsOf('C> . 4:7(3) "DEF"', 'C> . 10:13(3) "JKL"', 'C> . 13:16(3) "MNO"'));
		const options = { midstream: 'pickup', maxHeldSegmentsPerFlow: 1 } as const;
		const chunks = pickedUp.pipe(
			reassemble(options),
			map(chunk => `${chunk.packet} ${printItem(chunk)}`),
		);
		expect(record(chunks).lines).toEqual(['1 C> k-1 "DEF"', '2 C> k3 "JKL"', '3 C> "MNO"', '0 C> eof', '|']);
	});

	const limit = 'a whole number from 1 on, or Infinity';
	it.each<[object | null, string]>([
		[{ maxHeldBytesPerFlow: 0 }, `option maxHeldBytesPerFlow must be ${limit}, but is 0`],
		[{ maxHeldSegmentsPerFlow: 1.5 }, `option maxHeldSegmentsPerFlow must be ${limit}, but is 1.5`],
		[{ maxHeldBytes: '1' }, `option maxHeldBytes must be ${limit}, but is "1"`],
		[{ maxHeldSegments: -1 }, `option maxHeldSegments must be ${limit}, but is -1`],
		[{ maxFlows: Number.NaN }, `option maxFlows must be ${limit}, but is NaN`],
		[{ maxGap: null }, `option maxGap must be ${limit}, but is null`],
		[{ maxLingering: -1 }, 'option maxLingering must be a whole number from 0 on, or Infinity, but is -1'],
		[{ lingerMs: -0.5 }, 'option lingerMs must be a number of milliseconds, 0 or more, but is -0.5'],
		[{ midstream: 'pick-up' }, `option midstream must be 'wait' or 'pickup' or a number of milliseconds, 0 or more, but is "pick-up"`],
		[{ rst: 'lax' }, `option rst must be 'strict' or 'window', but is "lax"`],
		[{ separateVlans: 1 }, 'option separateVlans must be true or false, but is 1'],
		[{ compat: 'gopacket' }, `option compat must be 'tcpassembly', but is "gopacket"`],
		[{ compat: 'tcpassembly', midstream: 'wait' }, "option midstream does not go with compat: 'tcpassembly'"],
		[{ maxBufferedPagesTotal: 5 }, "option maxBufferedPagesTotal needs compat: 'tcpassembly'"],
		[{ compat: 'tcpassembly', maxBufferedPagesTotal: -5 }, 'option maxBufferedPagesTotal must be a whole number from 0 on, but is -5'],
		[{ anomalies: [] }, 'option anomalies must be an object with next(), but is an array'],
		[{ maxFlow: 5 }, 'there is no option maxFlow; the options are '],
		[{ maxFlow: undefined }, 'there is no option maxFlow; the options are '],
		[null, 'options must be an object, but is null'],
		[[], 'options must be an object, but is an array'],
	])('should refuse %j at the call', (options, message) => {
		const call = () => reassemble(options as object);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(`reassemble: ${message}`);
	});

	it('should refuse an unknown overlap policy, and say which there are', () => {
		const call = () => reassemble({ overlap: 'newest' } as object);
		expect(call).toThrow(/^reassemble: option overlap must be 'bsd' or 'first' or .*'last'.*, but is "newest"$/);
	});

	it('should take options that are undefined, Infinity or 0 where that is a limit', () => {
		const options = { maxFlows: Number.POSITIVE_INFINITY, maxLingering: 0, lingerMs: 0, midstream: 0, maxGap: undefined, rst: undefined };
		expect(record(from(segmentsOf(legend.S, legend.a)).pipe(reassemble(options)), printItem).lines).toEqual([
			'C> start',
			'C> "ABC"',
			'C> eof',
			'|',
		]);
	});

	it('should not read its options again after the call', () => {
		const options = { midstream: 'pickup' as 'pickup' | 'wait' };
		const operator = reassemble(options);
		options.midstream = 'wait';
		expect(record(from(segmentsOf(legend.a)).pipe(operator), printItem).lines[0]).toBe('C> k-1 "ABC"');
	});

	it('should infer its types in a pipe', () => {
		const segments: Observable<Segment> = from([]);
		expectTypeOf(segments.pipe(reassemble())).toEqualTypeOf<Observable<Reassembly>>();
		expectTypeOf(segments.pipe(flushOlderThan(1), reassemble())).toEqualTypeOf<Observable<Reassembly>>();
	});
});
