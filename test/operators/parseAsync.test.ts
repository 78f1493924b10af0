import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { concat, firstValueFrom, from, lastValueFrom, NEVER, Subject, take, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { discardToEnd } from '../../operators/discardToEnd.js';
import { LossError } from '../../operators/flowGap.js';
import type { FlowReader, FlowReaderOptions } from '../../operators/flowReader.js';
import { groupByFlow } from '../../operators/groupByFlow.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseAsync } from '../../operators/parseAsync.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import { Valve } from '../../src/valve.js';
import { chunksOf } from '../support/operatorsTraffic.js';
import { Follower, placedChunks, placedParts, readingLimits } from '../support/placedBytes.js';

const boom = new Error('boom');
const whole = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 4:7(3) "DEF"', 'C> F 7:7(0)');
const broken = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 7:10(3) "GHI"', 'C> . 20:20(0)', 'C> F 20:20(0)');
const both = chunksOf('C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) "ABC"', 'S> . 1:4(3) "DEF"', 'C> . 4:5(1) "g"', 'S> . 4:5(1) "h"');
const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** Each piece, with what is missing before it. */
async function* pieces(bytes: FlowReader): AsyncGenerator<string> {
	for await (const piece of bytes) yield `${bytes.gap === undefined ? '' : `(${bytes.gap.length})`}${textOf(piece)}`;
	yield bytes.gap === undefined ? '|' : `(${bytes.gap.length})|`;
}

async function told<A>(
	chunks: Iterable<Reassembly>,
	parse: (bytes: FlowReader) => AsyncIterable<A>,
	options?: FlowReaderOptions,
): Promise<(A | string)[]> {
	const values: (A | string)[] = [];
	const parsed = from(chunks).pipe(parseAsync(parse, options));
	return new Promise(resolve => {
		parsed.subscribe({
			next: value => values.push(value),
			error: error => resolve([...values, `# ${error.message}`]),
			complete: () => resolve(values),
		});
	});
}

describe('parseAsync', () => {
	it('should emit what a generator yields of the bytes of its flow', async () => {
		expect(await told(whole, pieces)).toEqual(['ABC', 'DEF', '|']);
		expect(await told([], pieces)).toEqual(['|']);
	});

	it('should say what is missing before each piece, and before the end', async () => {
		expect(await told(broken, pieces)).toEqual(['ABC', '(3)GHI', '(10)|']);
		expect(await told(chunksOf('C> . 5:8(3) "MID"'), pieces)).toEqual(['(-1)MID', '|']);
		const lengths: number[] = [];
		await told(broken, pieces, { gaps: { next: ({ length }) => lengths.push(length) } });
		expect(lengths).toEqual([3, 10]);
	});

	it('should throw at a gap if it is told so, where the parser can catch it', async () => {
		expect(await told(broken, pieces, { lossErrors: true })).toEqual(['ABC', expect.stringContaining('# ')]);
		async function* careful(bytes: FlowReader) {
			try {
				yield* pieces(bytes);
			} catch (error) {
				yield error instanceof LossError ? `lost ${error.gap.length}` : 'other';
			}
		}
		expect(await told(broken, careful, { lossErrors: true })).toEqual(['ABC', 'lost 3']);
	});

	it('should end its flow alone with what the parser throws', async () => {
		const failed: string[] = [];
		async function* angry(bytes: FlowReader) {
			for await (const piece of bytes) {
				if (textOf(piece) === 'DEF') throw boom;
				yield textOf(piece);
			}
		}
		const parsed = from(both).pipe(
			groupByFlow(),
			mergeFlows(flow => flow.pipe(parseAsync(angry)), { errors: { next: ({ error }) => failed.push(String(error)) } }),
		);
		expect(await lastValueFrom(parsed.pipe(toArray()))).toEqual(['ABC', 'g']);
		expect(failed).toEqual(['Error: boom']);
	});

	it('should fail with what is thrown before the first piece is asked for, and with an error of the flow behind its bytes', async () => {
		const thrower = () => {
			throw boom;
		};
		expect(await told(whole, thrower)).toEqual(['# boom']);
		const values: string[] = [];
		const parsed = concat(
			from(whole),
			throwError(() => boom),
		).pipe(parseAsync(pieces));
		await expect(lastValueFrom(parsed.pipe(take(9)), { defaultValue: '' })).rejects.toBe(boom);
		parsed.subscribe({ next: value => values.push(value), error: () => values.push('#') });
		await turn();
		await turn();
		expect(values).toEqual(['ABC', 'DEF', '#']);
	});

	it('should leave the rest of a flow unread when the parser returns', async () => {
		const source = new Subject<Reassembly>();
		const valve = new Valve();
		async function* first(bytes: FlowReader) {
			for await (const piece of bytes) {
				yield textOf(piece);
				return;
			}
		}
		const done = firstValueFrom(source.pipe(parseAsync(first, { valve, highWaterMark: 0 }), toArray()));
		for (const chunk of whole) source.next(chunk);
		expect(await done).toEqual(['ABC']);
		expect([source.observed, valve.isOpen, valve.waitingBytes]).toEqual([false, true, 0]);
	});

	it('should end the loop of the parser when its consumer leaves, and emit nothing more', async () => {
		const source = new Subject<Reassembly>();
		const lines: string[] = [];
		async function* loop(bytes: FlowReader) {
			try {
				yield* pieces(bytes);
			} finally {
				lines.push('left');
			}
		}
		const subscription = source.pipe(parseAsync(loop)).subscribe(line => lines.push(line));
		for (const chunk of whole) source.next(chunk);
		await turn();
		subscription.unsubscribe();
		expect(source.observed).toBe(false);
		await turn();
		expect(lines).toEqual(['ABC', 'DEF', 'left']);
	});

	it('should stop a parser that never ends when its consumer has enough', async () => {
		let count = 0;
		async function* endless() {
			while (true) yield count++;
		}
		expect(await lastValueFrom(NEVER.pipe(parseAsync(endless), take(3), toArray()))).toEqual([0, 1, 2]);
		await turn();
		expect(count).toBeLessThan(6);
	});

	it('should call the parser once for each subscription, with nothing shared', async () => {
		const parsed = from(whole).pipe(parseAsync(pieces));
		const lines = () => lastValueFrom(parsed.pipe(toArray()));
		expect(await Promise.all([lines(), lines()])).toEqual([await lines(), ['ABC', 'DEF', '|']]);
	});

	it('should close the valve while the parser is busy, and drop what is too much', async () => {
		const valve = new Valve();
		let go = () => {};
		async function* slow(bytes: FlowReader) {
			await new Promise<void>(resolve => {
				go = resolve;
			});
			yield* pieces(bytes);
			yield `${bytes.droppedBytes} of ${bytes.missingBytes}`;
		}
		const lines = lastValueFrom(from(whole).pipe(parseAsync(slow, { valve, highWaterMark: 100, maxBufferedBytes: 300 }), toArray()));
		expect(valve.isOpen).toBe(false);
		go();
		expect(await lines).toEqual(['ABC', '(3)|', '3 of 3']);
		expect(valve.isOpen).toBe(true);
	});

	it('should let a parser read by next(), and discard the rest', async () => {
		async function* peeked(bytes: FlowReader) {
			const { value } = await bytes.next();
			yield value?.length;
			yield await discardToEnd(bytes);
			yield (await bytes.next()).done;
		}
		expect(await told(whole, peeked)).toEqual([3, 3, true]);
	});

	it('should give every byte or say that it is missing, in its place, whatever comes and however long the parser takes', async () => {
		await fc.assert(
			fc.asyncProperty(
				placedParts,
				readingLimits,
				fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
				async (parts, limits, choices) => {
					const { chunks, total } = placedChunks(parts);
					const source = new Subject<Reassembly>();
					const valve = new Valve();
					let step = 0;
					const steps = () => choices[step++ % choices.length] as number;
					const follower = new Follower();
					async function* follow(bytes: FlowReader) {
						for await (const piece of bytes) {
							for (let i = steps() % 3; i > 0; i--) await turn();
							if (bytes.gap !== undefined) follower.passGap(bytes.gap);
							follower.take(piece);
						}
						if (bytes.gap !== undefined) follower.passGap(bytes.gap);
						yield follower.at;
					}
					const at = lastValueFrom(source.pipe(parseAsync(follow, { ...limits, valve })));
					for (const chunk of chunks) {
						if (steps() % 2 === 0) await turn();
						source.next(chunk);
					}
					source.complete();
					expect(await at).toBe(total);
					expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('should refuse both directions at once, and wrong arguments at the call', async () => {
		expect(await told(both, pieces)).toEqual([expect.stringContaining('# parseAsync: takes one flow, but got ')]);
		expect(() => parseAsync(5 as never)).toThrow('parseAsync: parse must be a function');
		expect(() => parseAsync(pieces, { maxBufferedBytes: 0 })).toThrow('option maxBufferedBytes');
	});
});
