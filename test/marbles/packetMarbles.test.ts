import { concat, delay, EMPTY, interval, map, NEVER, of, range, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { packetMarbles } from '../../marbles/packetMarbles.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { reassemble } from '../../operators/reassemble.js';
import { chunkOf } from './chunkOf.js';

const s = chunkOf({ start: true });
const x = chunkOf({ text: 'ABC' });
const y = chunkOf({ text: 'DEF' });
const z = chunkOf({ text: 'GHI', skip: 3 });
const t = chunkOf({ end: true, closed: 'fin' });
const legend = { s: 'C> start', x: 'C> "ABC"', y: 'C> "DEF"', z: 'C> k3 "GHI"', t: 'C> fin end' };

const diagram = (...lines: string[]) => lines.join('\n');

describe('expectChunks', () => {
	it('should accept the same chunks at the same times', () => {
		packetMarbles(({ cold, expectChunks }) => {
			expectChunks(cold('s-x---(yz)(t|)', { s, x, y, z, t }), 's-x---(yz)(t|)', legend);
			expectChunks(EMPTY, '|');
			expectChunks(NEVER, '---');
		});
	});

	it('should take subscription marbles and an error', () => {
		packetMarbles(({ cold, expectChunks }) => {
			const error = new RangeError('too far');
			expectChunks(cold('x--y--z|', { x, y, z }), 'x--y', legend, { subscription: '^---!' });
			expectChunks(cold('x-#', { x }, error), 'x-#', legend, { error });
			expectChunks(cold('x-#', { x }), 'x-#', legend);
		});
	});

	it('should show another chunk than expected', () => {
		const run = () =>
			packetMarbles(({ cold, expectChunks }) => {
				expectChunks(cold('s-x---a---(t|)', { s, x, a: chunkOf({ text: 'DEFGHI' }), t }), 's-x---(yz)(t|)', legend);
			});
		expect(messageOf(run)).toBe(
			diagram(
				'the stream is not as expected at 6 ms:',
				'',
				'  time      0 2   6   10',
				'  expected  s-x---(yz)(t|)',
				'  actual    s-x---A---(t|)',
				'                  ^',
				'',
				'  - expected, + actual',
				'  - y = C> "DEF"',
				'  + A = C> "DEFGHI"',
				'               ^',
				'  - z = C> k3 "GHI"',
				'',
			),
		);
	});

	it('should show the same chunks at other times, by the letters of the legend', () => {
		const run = () =>
			packetMarbles(({ cold, expectChunks }) => {
				expectChunks(cold('s--x-z|', { s, x, z }), 's-x---|', legend);
			});
		expect(messageOf(run)).toBe(
			diagram(
				'the stream is not as expected at 2 ms:',
				'',
				'  time      0 2  5',
				'  expected  s-x---|',
				'  actual    s--x-z|',
				'              ^^ ^',
				'',
				'  - expected, + actual',
				'  + z = C> k3 "GHI"',
				'',
				'  as expected, but elsewhere',
				'    x = C> "ABC"  at 3 ms, not at 2',
				'',
			),
		);
	});

	it('should show the same chunks in another order', () => {
		const run = () => packetMarbles(({ cold, expectChunks }) => expectChunks(cold('(xy)', { x, y }), '(yx)', legend));
		expect(messageOf(run)).toContain('  expected  (yx)\n  actual    (xy)\n            ^\n');
		expect(messageOf(run)).toContain('  as expected, but elsewhere\n    y = C> "DEF"  at 0 ms, in another order\n');
	});

	it('should show a completion that did not come, and an error that did', () => {
		const run = () =>
			packetMarbles(({ expectChunks }) => {
				const error = Object.assign(new RangeError('too far'), { code: 'far' });
				expectChunks(
					concat(
						of(x).pipe(delay(2)),
						throwError(() => error),
					),
					'--x|',
					legend,
				);
			});
		expect(messageOf(run)).toBe(
			diagram(
				'the stream is not as expected at 2 ms:',
				'',
				'  time      0 2   3',
				'  expected  --x   |',
				'  actual    --(x#)',
				'              ^   ^',
				'',
				'  - expected, + actual',
				"  + # = RangeError: too far { code: 'far' }",
				'',
			),
		);
	});

	it('should show the one chunk of several connections that differs, below the one that was expected', () => {
		const run = () =>
			packetMarbles(({ packets, expectChunks }) => {
				const source = packets('Sabc---TU-d-|', {
					...{ S: 'C> S 0:0(0)', T: 'A:C> S 0:0(0)', U: 'B:C> S 0:0(0)' },
					...{ a: 'C> . 1:4(3) "ABC"', b: 'C> . 7:10(3) "GHI"', c: 'C> . 4:7(3) "DEF"', d: 'B:C> . 1:9(8) "GET /x\\r\\n"' },
				});
				const lines = { S: 'C> start', T: 'A:C> start', U: 'B:C> start', a: 'C> "ABC"', b: 'C> "GHI"', c: 'C> "DEF"' };
				const ends = { x: 'C> eof', y: 'A:C> eof', z: 'B:C> eof' };
				const chunks = source.pipe(decodeTcp(), reassemble());
				expectChunks(chunks, 'Sa-(cb)TU-d-(xyz|)', { ...lines, ...ends, d: 'B:C> "GET /y\\r\\n"' });
			});
		expect(messageOf(run)).toMatchInlineSnapshot(`
			"the stream is not as expected at 10 ms:

			  time      0  3   7  10
			  expected  Sa-(cb)TU-d-(xyz|)
			  actual    Sa-(cb)TU-A-(xyz|)
			                      ^

			  - expected, + actual
			  - d = B:C> "GET /y\\r\\n"
			  + A = B:C> "GET /x\\r\\n"
			                   ^
			"
		`);
	});

	it('should show errors that differ in what they say', () => {
		const run = () =>
			packetMarbles(({ cold, expectChunks }) => {
				expectChunks(cold('-#', {}, new Error('a')), '-#', {}, { error: new Error('b') });
			});
		expect(messageOf(run)).toContain('  - # = Error: b\n  + # = Error: a\n               ^\n');
	});

	it('should show nothing where something was expected', () => {
		const run = () => packetMarbles(({ expectChunks }) => expectChunks(NEVER, '--x|', legend));
		expect(messageOf(run)).toContain('  expected  --x|\n  actual\n              ^^\n');
	});

	it('should refuse a legend that cannot be read, or lacks a letter', () => {
		expect(() => packetMarbles(({ expectChunks }) => expectChunks(NEVER, '-', { a: 'C> begin' }))).toThrow(
			"expectChunks, legend 'a', column 4: expected one of ip6, vlan",
		);
		expect(() => packetMarbles(({ expectChunks }) => expectChunks(NEVER, 'a'))).toThrow(
			"expectChunks: expected a legend line for 'a' of 'a', found an empty legend",
		);
	});
});

describe('packetMarbles', () => {
	it('should hand through the helpers of TestScheduler.run', () => {
		packetMarbles(({ cold, hot, time, animate, flush, expectObservable, expectSubscriptions, scheduler }) => {
			animate('-x');
			const source = hot('a-b|');
			expectObservable(source.pipe(delay(time('--|'), scheduler))).toBe('--a-(b|)');
			expectObservable(interval(10).pipe(take(2))).toBe('10ms a 9ms (b|)', { a: 0, b: 1 });
			expectObservable(cold('a|').pipe(map(letter => ({ letter })))).toBe('a|', { a: { letter: 'a' } });
			expectObservable(cold('a|').pipe(map(() => cold('-x|')))).toBe('a|', { a: cold('-x|') });
			expectObservable(cold('-a|')).toEqual(cold('-a|'));
			expectSubscriptions(source.subscriptions).toBe('^--!');
			flush();
			expect(scheduler.now()).toBe(20);
		});
	});

	it('should return what the test returned', () => {
		expect(packetMarbles(({ scheduler }) => scheduler.now())).toBe(0);
	});

	it('should refuse an asynchronous test', () => {
		expect(() => packetMarbles(async () => {})).toThrow('expected a synchronous function');
	});

	it('should pass on what the test throws, and be usable again', () => {
		const run = () =>
			packetMarbles(() => {
				throw new RangeError('mine');
			});
		expect(run).toThrow(new RangeError('mine'));
		packetMarbles(({ cold, expectObservable }) => expectObservable(cold('a|')).toBe('a|'));
	});

	it('should show plain values that differ', () => {
		const run = () =>
			packetMarbles(({ cold, expectObservable }) => {
				expectObservable(cold('a-c|')).toBe('a-b|');
				expectObservable(cold('a|')).toBe('b|');
			});
		expect(messageOf(run)).toBe(
			diagram(
				'the stream is not as expected at 2 ms:',
				'',
				'  time      0 2',
				'  expected  a-b|',
				'  actual    a-c|',
				'              ^',
				'',
				'  - expected, + actual',
				"  - b = 'b'",
				"  + c = 'c'",
				'         ^',
				'',
			),
		);
	});

	it('should explain no more than 50 notifications', () => {
		const run = () => packetMarbles(({ expectObservable }) => expectObservable(range(0, 70)).toBe('|'));
		expect(messageOf(run)).toContain('  + A = 0\n  + B = 1\n');
		expect(messageOf(run)).toContain('  + X = 23\n');
		expect(messageOf(run)).toMatch(/ {2}\+ x = 49\n {4}… and 20 more\n$/);
	});

	it('should compare two pipelines', () => {
		const run = () => packetMarbles(({ cold, expectObservable }) => expectObservable(cold('x|', { x })).toEqual(cold('y|', { y })));
		expect(messageOf(run)).toContain('  - A = C> "DEF"\n  + B = C> "ABC"\n            ^\n');
	});

	it('should show inner streams that differ', () => {
		const run = () =>
			packetMarbles(({ cold, expectObservable }) => {
				expectObservable(of(cold('-x|'))).toBe('(a|)', { a: cold('-y|') });
			});
		expect(messageOf(run)).toContain("  - a = <1: 'y', 2: |>\n  + A = <1: 'x', 2: |>\n             ^\n");
	});

	it('should show subscriptions that differ', () => {
		const run = () =>
			packetMarbles(({ cold, expectObservable, expectSubscriptions }) => {
				const source = cold('a--|');
				expectObservable(source).toBe('a--|');
				expectSubscriptions(source.subscriptions).toBe(['^---!', '-^!']);
			});
		expect(messageOf(run)).toBe(
			diagram(
				'the subscriptions are not as expected at 1 ms:',
				'',
				'  time         1 3',
				'  expected 1  ^---!',
				'  actual 1    ^--!',
				'  expected 2  -^!',
				'  actual 2',
				'               ^^^^',
				'',
			),
		);
	});
});

function messageOf(run: () => unknown): string {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(Error);
		return (error as Error).message;
	}
	throw new Error('it did not fail');
}
