import { concat, from, map, NEVER, type Observable, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { reassemble } from '../../operators/reassemble.js';
import { Flush } from '../../src/assembly/flush.js';
import type { Packet } from '../../src/packet.js';
import type { Segment } from '../../src/wire/segment.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { record } from '../support/operatorsRecord.js';
import { printItem, segmentsOf } from '../support/operatorsTraffic.js';

const a = 'C> . 1:1(0)';
const at = (...seconds: readonly number[]) => segmentsOf(...seconds.map(time => `${a} @${time}`));
const printNow = (item: Packet | Segment | Flush) => (item instanceof Flush ? `flush ${item.now}` : 'packet');

checkOperator('flushOlderThan', {
	make: () => flushOlderThan<Segment>(300, { everyMs: 1_000 }),
	items: () => at(0.4, 0.9, 1.2, 1.3, 5.5),
	print: printItem,
	output: ['#1', '#2', '#3', 'flush 1200 900 900 idle', '#4', '#5', 'flush 5500 5200 5200 idle'],
});

checkOperator('flushOlderThan by packet time alone', {
	make: () => flushOlderThan<Segment>(300, { everyMs: 1_000, clock: 'packet' }),
	items: () => at(0.4, 1.2),
	print: printItem,
	output: ['#1', '#2', 'flush 1200 900 900 idle'],
});

describe('flushOlderThan by packet time', () => {
	it('should mark each multiple of everyMs, once, behind the packet that passes it', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('a---a----a--a------aa    24ms a   9ms |', { a });
			const expected = '      a---a----a--(am)---a(an) 21ms (ao) 6ms |';
			const marked = source.pipe(flushOlderThan(5, { everyMs: 10, clock: 'packet' }), map(printNow));
			expectObservable(marked).toBe(expected, { a: 'packet', m: 'flush 12', n: 'flush 20', o: 'flush 45' });
		});
	});

	it('should not mark the time of a packet that is older than the newest', () => {
		const marked = from(at(1.5, 2.5, 1.1, 2.6, 0.1, 3)).pipe(flushOlderThan(500, { clock: 'packet' }));
		expect(record(marked, printNow).lines).toEqual([
			'packet',
			'packet',
			'flush 2500',
			'packet',
			'packet',
			'packet',
			'packet',
			'flush 3000',
			'|',
		]);
	});

	it('should close by packet time what went silent without a FIN, all through a capture of an hour', () => {
		const name = (minute: number) => String.fromCharCode(65 + (minute % 26));
		const minutes = Array.from({ length: 60 }, (_, minute) => minute);
		const lines = minutes.flatMap(minute => [
			`${name(minute)}:C> S 0:0(0) @${60 * minute}`,
			`${name(minute)}:C> . 1:2(1) "x" @${60 * minute}.1`,
		]);
		const expected = minutes.flatMap(minute => [
			`${name(minute)}:C> start`,
			...(minute < 3 ? [] : [`${name(minute - 3)}:C> idle`]),
			`${name(minute)}:C> "x"`,
		]);
		const chunks = from(segmentsOf(...lines)).pipe(flushOlderThan(120_000), reassemble());
		const left = [57, 58, 59].map(minute => `${name(minute)}:C> eof`);
		expect(record(chunks, printItem).lines).toEqual([...expected, ...left, '|']);
	});
});

describe('flushOlderThan by the timer', () => {
	it('should mark every everyMs, from the first packet on', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('12ms a         22ms |', { a });
			const expected = '      12ms a 7ms m 9ms n 4ms |';
			const marked = source.pipe(flushOlderThan(5, { everyMs: 10 }), map(printNow));
			expectObservable(marked).toBe(expected, { a: 'packet', m: 'flush 20', n: 'flush 30' });
		});
	});

	it('should count the time since the last packet from its own time on', () => {
		packetMarbles(({ packets, expectObservable }) => {
			const source = packets('--a-----------b----------|', { a: `${a} @1000`, b: `${a} @1000.012` });
			const expected = '      --a-------m---(bn)--o----|';
			const marked = source.pipe(flushOlderThan(5, { everyMs: 10 }), map(printNow));
			expectObservable(marked).toBe(expected, { a: 'packet', b: 'packet', m: 'flush 1000008', n: 'flush 1000012', o: 'flush 1000018' });
		});
	});

	it('should flush a live wire that goes quiet', () => {
		packetMarbles(({ hotPackets, expectChunks }) => {
			const source = hotPackets('S-d', { S: 'C> S 0:0(0)', d: 'C> . 10:13(3) "JKL"' });
			const expected = '         s-- 107ms (kx)';
			const chunks = source.pipe(decodeTcp(), flushOlderThan(100, { everyMs: 10 }), reassemble());
			expectChunks(chunks, expected, { s: 'C> start', k: 'C> k9 "JKL"', x: 'C> idle' }, { subscription: '^ 199ms !' });
		});
	});

	it('should not set a timer when only packet time counts', () => {
		packetMarbles(({ hotPackets, expectChunks }) => {
			const source = hotPackets('S-d', { S: 'C> S 0:0(0)', d: 'C> . 10:13(3) "JKL"' });
			const expected = '         s-------';
			const chunks = source.pipe(decodeTcp(), flushOlderThan(100, { everyMs: 10, clock: 'packet' }), reassemble());
			expectChunks(chunks, expected, { s: 'C> start' }, { subscription: '^ 199ms !' });
		});
	});

	it('should run on the scheduler that it is given, and stop there', () => {
		const scheduler = new VirtualTimeScheduler();
		const source = new Subject<Segment>();
		const { lines, subscription } = record(source.pipe(flushOlderThan(5, { everyMs: 10, scheduler })), printNow);
		for (const segment of at(1000)) source.next(segment);
		scheduler.maxFrames = 25;
		scheduler.flush();
		expect(lines).toEqual(['packet', 'flush 1000010', 'flush 1000020']);
		expect(scheduler.actions).toHaveLength(1);
		subscription.unsubscribe();
		expect(scheduler.actions).toHaveLength(0);
	});

	it('should look at the clock once for packets of the same millisecond', () => {
		const scheduler = new VirtualTimeScheduler();
		const now = vi.spyOn(scheduler, 'now');
		const source = new Subject<Segment>();
		const { subscription } = record(source.pipe(flushOlderThan(5, { scheduler })), printNow);
		const before = now.mock.calls.length;
		const looks = at(1, 1.0002, 1.0009, 1.001, 1.0015, 0.5).map(segment => {
			source.next(segment);
			return now.mock.calls.length - before;
		});
		expect(looks).toEqual([1, 1, 1, 2, 2, 3]);
		subscription.unsubscribe();
	});

	it('should take a packet for which it did not look at the clock to have come with the next tick', () => {
		const scheduler = new VirtualTimeScheduler();
		scheduler.maxFrames = 35;
		const source = new Subject<Segment>();
		const { lines, subscription } = record(source.pipe(flushOlderThan(5, { everyMs: 10, scheduler })), printNow);
		const [first, second] = at(1000, 1000.0005) as [Segment, Segment];
		source.next(first);
		scheduler.schedule(() => source.next(second), 7);
		scheduler.flush();
		expect(lines).toEqual(['packet', 'packet', 'flush 1000000.5', 'flush 1000010.5', 'flush 1000020.5']);
		subscription.unsubscribe();
	});

	it('should stop when its own mark is all that the consumer wanted', () => {
		const scheduler = new VirtualTimeScheduler();
		const source = new Subject<Segment>();
		const { lines, subscription } = record(source.pipe(flushOlderThan(5, { everyMs: 10, scheduler })), printNow, () => {
			if (lines.length === 2) subscription.unsubscribe();
		});
		for (const segment of at(1)) source.next(segment);
		scheduler.flush();
		expect(lines).toEqual(['packet', 'flush 1010']);
		expect(scheduler.actions).toHaveLength(0);
		expect(source.observed).toBe(false);
	});
});

describe('flushOlderThan on the clock of the machine', () => {
	beforeEach(() => {
		vi.useFakeTimers({ now: Date.UTC(2030, 0) });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it('should not take an old capture for idle since then', () => {
		const file = concat(from(segmentsOf('C> S 0:0(0) @1000', 'C> . 10:13(3) "JKL" @1001')), NEVER);
		const { lines, subscription } = record(file.pipe(flushOlderThan(120_000), reassemble()), printItem);
		vi.advanceTimersByTime(120_000);
		expect(lines).toEqual(['C> start']);
		vi.advanceTimersByTime(1_000);
		expect(lines).toEqual(['C> start', 'C> k9 "JKL"', 'C> idle']);
		subscription.unsubscribe();
		expect(vi.getTimerCount()).toBe(0);
	});

	it('should not take a connection for idle that goes on after the clock of the packets was set back', () => {
		const source = new Subject<Segment>();
		const { lines, subscription } = record(source.pipe(flushOlderThan(5_000), reassemble()), printItem);
		for (const segment of segmentsOf('C> S 0:0(0) @3600')) source.next(segment);
		for (let second = 0; second < 60; second++) {
			vi.advanceTimersByTime(1_000);
			for (const segment of segmentsOf(`C> . 1:1(0) @${second}`)) source.next(segment);
		}
		expect(lines).toEqual(['C> start']);
		vi.advanceTimersByTime(6_000);
		expect(lines).toEqual(['C> start', 'C> idle']);
		subscription.unsubscribe();
	});

	it('should mark nothing before the first packet', () => {
		const { lines, subscription } = record(NEVER.pipe(flushOlderThan<Segment>(0)), printNow);
		vi.advanceTimersByTime(60_000);
		expect(lines).toEqual([]);
		subscription.unsubscribe();
	});

	it('should have one timer for each subscription, and none for packet time alone', () => {
		const piped = NEVER.pipe(flushOlderThan<Segment>(0));
		const subscriptions = [piped.subscribe(), piped.subscribe()];
		expect(vi.getTimerCount()).toBe(2);
		subscriptions.push(NEVER.pipe(flushOlderThan<Segment>(0, { clock: 'packet' })).subscribe());
		expect(vi.getTimerCount()).toBe(2);
		for (const subscription of subscriptions) subscription.unsubscribe();
		expect(vi.getTimerCount()).toBe(0);
	});
});

describe('flushOlderThan', () => {
	it('should skip holes after ageMs, and close connections after closeIdleMs', () => {
		const marked = from(at(1, 10)).pipe(flushOlderThan(2_000, { closeIdleMs: 7_000, clock: 'packet' }));
		expect(record(marked, printItem).lines).toEqual(['#1', '#2', 'flush 10000 8000 3000 idle', '|']);
	});

	it('should never close anything if closeIdleMs is Infinity', () => {
		const segments = segmentsOf('C> S 0:0(0) @1', 'C> . 10:13(3) "JKL" @2', 'A:C> S 0:0(0) @1000000');
		const chunks = from(segments).pipe(flushOlderThan(100, { closeIdleMs: Number.POSITIVE_INFINITY }), reassemble());
		expect(record(chunks, printItem).lines).toEqual(['C> start', 'A:C> start', 'C> k9 "JKL"', 'C> eof', 'A:C> eof', '|']);
	});

	it('should not be confused by a packet without a time', () => {
		const timed = [Number.NaN, 1_000, Number.NaN, 2_000].map(ms => ({ timestamp: { ...at(0)[0]?.timestamp, ms } }));
		const marked = from(timed as unknown as Segment[]).pipe(flushOlderThan(100, { clock: 'packet' }));
		expect(record(marked, printNow).lines).toEqual(['packet', 'packet', 'packet', 'packet', 'flush 2000', '|']);
	});

	const ms = 'a number of milliseconds, 0 or more';
	const interval = 'a number of milliseconds, more than 0 and less than 2^31';
	it.each<[unknown, object | undefined, string]>([
		[undefined, undefined, `ageMs must be ${ms}, but is undefined`],
		['120', undefined, `ageMs must be ${ms}, but is "120"`],
		[-1, undefined, `ageMs must be ${ms}, but is -1`],
		[Number.NaN, undefined, `ageMs must be ${ms}, but is NaN`],
		[5n, undefined, `ageMs must be ${ms}, but is 5n`],
		[new Date(0), undefined, `ageMs must be ${ms}, but is an instance of Date`],
		[1, { closeIdleMs: -1 }, `option closeIdleMs must be ${ms}, but is -1`],
		[1, { everyMs: 0 }, `option everyMs must be ${interval}, but is 0`],
		[1, { everyMs: 2 ** 31 }, `option everyMs must be ${interval}, but is 2147483648`],
		[1, { everyMs: Number.POSITIVE_INFINITY }, `option everyMs must be ${interval}, but is Infinity`],
		[1, { clock: 'scheduler' }, `option clock must be 'both' or 'packet', but is "scheduler"`],
		[1, { scheduler: { now: Date.now } }, 'option scheduler must be an object with now() and schedule(), but is an object'],
		[1, { closeAll: true }, 'there is no option closeAll; the options are closeIdleMs, everyMs, clock, scheduler'],
	])('should refuse %s, %o at the call', (ageMs, options, message) => {
		expect(() => flushOlderThan(ageMs as number, options)).toThrow(new TypeError(`flushOlderThan: ${message}`));
	});

	it('should take options that are undefined', () => {
		const options = { closeIdleMs: undefined, everyMs: undefined, clock: undefined, scheduler: undefined };
		const marked = from(at(0, 1)).pipe(flushOlderThan(100, options));
		expect(record(marked, printItem).lines).toEqual(['#1', '#2', 'flush 1000 900 900 idle', '|']);
	});

	it('should infer its types in a pipe', () => {
		const segments: Observable<Segment> = from([]);
		expectTypeOf(segments.pipe(flushOlderThan(1))).toEqualTypeOf<Observable<Segment | Flush>>();
		const packets: Observable<Packet> = from([]);
		expectTypeOf(packets.pipe(flushOlderThan(1, { clock: 'packet' }))).toEqualTypeOf<Observable<Packet | Flush>>();
		// @ts-expect-error: what has no timestamp cannot be timed
		of(1).pipe(flushOlderThan(1));
	});
});
