import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { concat, from, NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { discardToEnd } from '../../operators/discardToEnd.js';
import { type FlowGap, LossError } from '../../operators/flowGap.js';
import type { FlowReaderOptions } from '../../operators/flowReader.js';
import { toReadableStream } from '../../operators/toReadableStream.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import { Valve } from '../../src/valve.js';
import { chunksOf } from '../support/operatorsTraffic.js';
import { Follower, placedChunks, placedParts, readingLimits } from '../support/placedBytes.js';

const boom = new Error('boom');
/** What one piece counts besides its bytes. */
const PIECE = 256;
const whole = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 4:7(3) "DEF"', 'C> F 7:7(0)');
const broken = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 7:10(3) "GHI"', 'C> . 10:13(3) "JKL"', 'C> . 20:21(1) "Z"');
const both = chunksOf('C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) "ABC"', 'S> . 1:4(3) "DEF"');
const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** What comes, in its order. */
async function told(chunks: Iterable<Reassembly>, options: FlowReaderOptions = {}): Promise<string[]> {
	const lines: string[] = [];
	const gaps = { next: ({ length, offset, dropped }: FlowGap) => lines.push(`${length} missing at ${offset}, ${dropped} dropped`) };
	try {
		for await (const piece of toReadableStream(from(chunks), { gaps, ...options })) lines.push(textOf(piece));
		return [...lines, '|'];
	} catch (error) {
		return [...lines, `# ${(error as Error).message}`];
	}
}

describe('toReadableStream', () => {
	it('should give the bytes of a flow, and end', async () => {
		expect(await told(whole)).toEqual(['ABC', 'DEF', '|']);
		expect(await told([])).toEqual(['|']);
	});

	it('should say what is missing when all before it was read, and before anything behind it', async () => {
		expect(await told(broken)).toEqual(['ABC', '3 missing at 3, 0 dropped', 'GHI', 'JKL', '7 missing at 12, 0 dropped', 'Z', '|']);
		expect(await told(chunksOf('C> . 5:8(3) "MID"'))).toEqual(['-1 missing at 0, 0 dropped', 'MID', '|']);
	});

	it('should fail at the first gap if it is told so, behind the bytes before it, and leave the flow', async () => {
		const source = new Subject<Reassembly>();
		const reader = toReadableStream(source, { lossErrors: true }).getReader();
		for (const chunk of broken) source.next(chunk);
		expect(source.observed).toBe(false);
		expect(textOf((await reader.read()).value as Uint8Array)).toBe('ABC');
		await expect(reader.read()).rejects.toThrow(LossError);
		await expect(reader.read()).rejects.toThrow('3 bytes are missing at byte 3, before packet 3');
	});

	it('should answer who asked before there was anything, in order', async () => {
		const source = new Subject<Reassembly>();
		const reader = toReadableStream(source).getReader();
		const reads = [reader.read(), reader.read(), reader.read()];
		await turn();
		for (const chunk of whole) source.next(chunk);
		source.complete();
		expect((await Promise.all(reads)).map(({ value }) => value && textOf(value))).toEqual(['ABC', 'DEF', undefined]);
	});

	it('should subscribe at once, and unsubscribe when it is cancelled, and leave the valve', async () => {
		const source = new Subject<Reassembly>();
		const valve = new Valve();
		const stream = toReadableStream(source, { valve, highWaterMark: 0 });
		for (const chunk of whole) source.next(chunk);
		expect([source.observed, valve.isOpen, valve.waitingBytes]).toEqual([true, false, 2 * PIECE + 6]);
		await stream.cancel();
		expect([source.observed, valve.isOpen, valve.waitingBytes]).toEqual([false, true, 0]);
	});

	it('should open the valve when what waited was read', async () => {
		const valve = new Valve();
		const reader = toReadableStream(concat(from(whole), NEVER), { valve, highWaterMark: 2 * PIECE }).getReader();
		expect(valve.isOpen).toBe(false);
		await reader.read();
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, PIECE + 3]);
	});

	it('should drop what is too much, and say so in its place', async () => {
		const options = { maxBufferedBytes: PIECE + 3 };
		expect(await told(whole, options)).toEqual(['ABC', '3 missing at 3, 3 dropped', '|']);
		expect(await told(whole, { ...options, lossErrors: true })).toEqual([
			'ABC',
			expect.stringMatching(/^# .*: 3 bytes are missing at byte 3, before packet 3, 3 of them dropped since too much waited$/),
		]);
	});

	it('should copy what is small and has to wait, and nothing else', async () => {
		const large = new Uint8Array(5000);
		const { chunks } = placedChunks([
			{ skip: 0, length: 30 },
			{ skip: 0, length: large.length },
		]);
		const blocks = chunks.map(({ bytes }) => bytes.buffer);
		const reader = toReadableStream(from(chunks)).getReader();
		const pieces = [await reader.read(), await reader.read()].map(({ value }) => value?.buffer);
		expect([pieces[0] === blocks[0], pieces[1] === blocks[1]]).toEqual([false, true]);
	});

	it('should fail with the error of its flow, and with what is no error, and with chunks of another flow', async () => {
		const errorOf = async (stream: ReadableStream) => discardToEnd(stream).catch(error => error);
		expect(await errorOf(toReadableStream(throwError(() => boom)))).toBe(boom);
		expect(await errorOf(toReadableStream(throwError(() => 'text')))).toMatchObject({ message: 'text', cause: 'text' });
		expect(await errorOf(toReadableStream(from(both)))).toMatchObject({
			message: expect.stringMatching(/^toReadableStream: takes one flow, but got /),
		});
	});

	it('should fail with what is thrown by who is told of gaps', async () => {
		const gaps = {
			next() {
				throw boom;
			},
		};
		expect(await told(broken, { gaps })).toEqual(['ABC', '# boom']);
	});

	it('should go through what the web has for streams', async () => {
		const [flow] = [placedChunks([{ skip: 0, length: 0 }]).chunks[0] as Reassembly];
		const packed = gzipSync('the text');
		const chunks = [...packed].map((byte, i) => ({ ...flow, flow: flow.flow, skip: 0, length: 1, offset: i, bytes: Uint8Array.of(byte) }));
		const stream = toReadableStream(from(chunks as unknown as Reassembly[])).pipeThrough(new DecompressionStream('gzip'));
		expect(await new Response(stream).text()).toBe('the text');
	});

	it('should give every byte or say that it is missing, in its place, whatever comes and however it is read', async () => {
		await fc.assert(
			fc.asyncProperty(
				placedParts,
				readingLimits,
				fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
				async (parts, limits, choices) => {
					const { chunks, total } = placedChunks(parts);
					const source = new Subject<Reassembly>();
					const valve = new Valve();
					const follower = new Follower();
					const stream = toReadableStream(source, { ...limits, valve, gaps: { next: gap => follower.passGap(gap) } });
					let step = 0;
					const steps = () => choices[step++ % choices.length] as number;
					const reading = (async () => {
						for await (const piece of stream) {
							for (let i = steps() % 3; i > 0; i--) await turn();
							follower.take(piece);
						}
					})();
					for (const chunk of chunks) {
						if (steps() % 2 === 0) await turn();
						source.next(chunk);
					}
					source.complete();
					await reading;
					expect(follower.at).toBe(total);
					expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('should refuse wrong options at the call', () => {
		expect(() => toReadableStream(of(), { highWaterMark: -1 })).toThrow('toReadableStream: option highWaterMark must be a whole number');
		expect(() => toReadableStream(of(), { gaps: {} as never })).toThrow('option gaps');
		expect(() => toReadableStream(of(), { size: 1 } as never)).toThrow('there is no option size');
	});
});

describe('discardToEnd', () => {
	it('should count what is left of a stream, of an iterator, of anything', async () => {
		expect(await discardToEnd(toReadableStream(from(whole)))).toBe(6);
		const iterator = toReadableStream(from(whole)).values();
		await iterator.next();
		expect(await discardToEnd(iterator)).toBe(3);
		expect(await discardToEnd(itemsOf([1, 'ab', null, undefined, { length: 'x' }]))).toBe(0);
	});

	it('should count where streams are no iterables', async () => {
		const stream = toReadableStream(from(whole));
		const bare = { getReader: () => stream.getReader() } as unknown as ReadableStream;
		expect(await discardToEnd(bare)).toBe(6);
	});

	it('should reject with the error that the flow ends with', async () => {
		await expect(
			discardToEnd(
				toReadableStream(
					concat(
						from(whole),
						throwError(() => boom),
					),
				),
			),
		).rejects.toBe(boom);
	});
});

async function* itemsOf(items: readonly unknown[]): AsyncGenerator<unknown> {
	yield* items;
}
