import { on, once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { concat, from, NEVER, type Observable, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { groupByFlow } from '../../../operators/groupByFlow.js';
import type { Reassembly } from '../../../src/assembly/reassembly.js';
import { LossError } from '../../../src/sinks/flowGap.js';
import { type FlowReadable, type ReadableOptions, toReadable } from '../../../src/sinks/toReadable.js';
import { Valve } from '../../../src/valve.js';
import { chunksOf } from '../../support/operatorsTraffic.js';

const boom = new Error('boom');
/** What one piece counts besides its bytes. */
const PIECE = 256;
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

const whole = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 4:7(3) "DEF"', 'C> F 7:7(0)');
const broken = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 7:10(3) "GHI"', 'C> . 10:13(3) "JKL"', 'C> . 20:21(1) "Z"');

/** What comes of it in the order in which it comes. */
async function told(stream: FlowReadable, work: () => unknown = () => undefined): Promise<string[]> {
	const lines: string[] = [];
	stream.on('gap', ({ length, offset }) => lines.push(`${length} missing at ${offset}`));
	try {
		for await (const piece of stream) {
			await work();
			lines.push(String(piece));
		}
		lines.push('|');
	} catch (error) {
		lines.push(`# ${(error as Error).message}`);
	}
	return lines;
}

/** The same, of a stream that flows. */
function noted(stream: FlowReadable): string[] {
	const lines: string[] = [];
	stream.on('gap', ({ length, offset }) => lines.push(`${length} missing at ${offset}`));
	stream.on('data', piece => lines.push(String(piece)));
	stream.on('end', () => lines.push('|'));
	stream.on('error', error => lines.push(`# ${error.message}`));
	return lines;
}

function streamOf(chunks: Iterable<Reassembly>, options?: ReadableOptions): FlowReadable {
	return toReadable(from(chunks), options);
}

describe('toReadable', () => {
	it('should give the bytes of a flow, and end', async () => {
		expect((await told(streamOf(whole))).join('')).toBe('ABCDEF|');
		expect(await told(streamOf([]))).toEqual(['|']);
	});

	it('should give each chunk when it comes to a stream that flows', async () => {
		const source = new Subject<Reassembly>();
		const lines = noted(toReadable(source));
		await turn();
		for (const chunk of whole) source.next(chunk);
		expect(lines).toEqual(['ABC', 'DEF']);
		source.complete();
		await turn();
		expect(lines).toEqual(['ABC', 'DEF', '|']);
	});

	it('should give as many bytes as are asked for', async () => {
		const stream = streamOf(whole);
		await once(stream, 'readable');
		expect([1, 4, 4].map(size => String(stream.read(size)))).toEqual(['A', 'BCDE', 'F']);
	});

	it('should go through a pipeline', async () => {
		const pieces: Uint8Array[] = [];
		await pipeline(streamOf(broken), async function* (bytes: AsyncIterable<Uint8Array>) {
			for await (const piece of bytes) pieces.push(piece);
			yield '';
		});
		expect(String(Buffer.concat(pieces))).toBe('ABCGHIJKLZ');
	});

	it('should subscribe at once, so that nothing of a group is lost', async () => {
		const streams: FlowReadable[] = [];
		from(whole)
			.pipe(groupByFlow())
			.subscribe(flow => streams.push(toReadable(flow)));
		await new Promise(resolve => setTimeout(resolve, 5));
		expect((await told(streams[0] as FlowReadable)).join('')).toBe('ABCDEF|');
	});

	it('should give the bytes before an error, then the error', async () => {
		const failing = concat(
			from(whole),
			throwError(() => boom),
		);
		expect(await told(toReadable(failing))).toEqual(['ABCDEF', '# boom']);
		const lines = noted(toReadable(failing));
		await turn();
		expect(lines).toEqual(['ABC', 'DEF', '# boom']);
		expect(await told(toReadable(throwError(() => 'a text')))).toEqual(['# a text']);
	});

	it('should fail, and stop, at chunks of two flows', async () => {
		const both = chunksOf('C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) "ABC" ack 1', 'S> . 1:4(3) "XYZ" ack 4');
		const lines = await told(streamOf(both));
		expect(lines).toEqual([expect.stringMatching(/^# toReadable: takes one flow, but got .+->.+ and .+->.+$/)]);
	});

	it('should fail alone when one who listens throws', async () => {
		const source = new Subject<Reassembly>();
		const [first, second] = [toReadable(source), toReadable(source)];
		const lines = noted(second);
		const error = once(first, 'error');
		first.on('data', () => {
			throw boom;
		});
		await turn();
		for (const chunk of whole) source.next(chunk);
		expect(await error).toEqual([boom]);
		expect(lines).toEqual(['ABC', 'DEF']);
	});

	it('should throw at the call if an option is wrong', () => {
		expect(() => toReadable(NEVER, { lossErrors: 1 as unknown as boolean })).toThrow(
			new TypeError('toReadable: option lossErrors must be true or false, but is 1'),
		);
		expect(() => toReadable(NEVER, { gaps: true } as object)).toThrow('there is no option gaps');
	});
});

describe('a gap', () => {
	const inOrder = ['ABC', '3 missing at 3', 'GHIJKL', '7 missing at 12', 'Z', '|'];

	it('should be told between the bytes before it and those behind it', async () => {
		expect(await told(streamOf(broken))).toEqual(inOrder);
	});

	it('should only be told when the reader is done with what is before it', async () => {
		expect(await told(streamOf(broken), turn)).toEqual(inOrder);
	});

	it('should be told in order to one who waits for it', async () => {
		const source = new Subject<Reassembly>();
		const lines = told(toReadable(source), turn);
		for (const chunk of broken) {
			await turn();
			await turn();
			source.next(chunk);
		}
		source.complete();
		expect((await lines).join(' ').replace('GHI JKL', 'GHIJKL')).toBe(inOrder.join(' '));
	});

	it('should be told in order to a stream that flows', async () => {
		const lines = noted(streamOf(broken));
		await turn();
		expect(lines.join(' ').replace('GHI JKL', 'GHIJKL')).toBe(inOrder.join(' '));
	});

	it('should be told in order to one who reads only when something is readable, and only once', async () => {
		const stream = streamOf(broken);
		const lines: string[] = [];
		stream.on('gap', ({ length }) => lines.push(`${length} missing`));
		stream.on('readable', () => lines.push(String(stream.read())));
		await once(stream, 'end');
		expect(lines.filter(line => line !== 'null')).toEqual(['ABC', '3 missing', 'GHIJKL', '7 missing', 'Z']);
	});

	it('should cut a read short that would reach across', async () => {
		const stream = streamOf(broken);
		await once(stream, 'readable');
		expect([2, 2, 2, 9, 2].map(size => String(stream.read(size)))).toEqual(['AB', 'C', 'GH', 'IJKL', 'Z']);
	});

	it('should say all that is known of it, and be counted', async () => {
		const stream = streamOf(broken);
		const gaps = on(stream, 'gap');
		const end = once(stream.resume(), 'end');
		expect((await gaps.next()).value).toEqual([
			{ flow: broken[0]?.flow, length: 3, dropped: 0, offset: 3, seen: broken[2]?.seen, packet: 3 },
		]);
		await end;
		expect([stream.missingBytes, stream.droppedBytes]).toEqual([10, 0]);
	});

	it('should be -1 if nobody knows how many bytes are missing', async () => {
		const stream = streamOf(chunksOf('C> . 4:7(3) "DEF"'));
		expect(await told(stream)).toEqual(['-1 missing at 0', 'DEF', '|']);
		expect(stream.missingBytes).toBe(0);
	});
});

describe('lossErrors', () => {
	it('should make a gap an error, behind all bytes before it', async () => {
		const lines = await told(streamOf(broken, { lossErrors: true }));
		expect(lines).toEqual(['ABC', `# ${broken[0]?.flow}: 3 bytes are missing at byte 3, before packet 3`]);
	});

	it('should say which gap it was, and unsubscribe', async () => {
		const source = new Subject<Reassembly>();
		const stream = toReadable(source, { lossErrors: true });
		const error = once(stream.resume(), 'error');
		await turn();
		for (const chunk of broken) source.next(chunk);
		expect(source.observed).toBe(false);
		const [loss] = (await error) as [LossError];
		expect(loss).toBeInstanceOf(LossError);
		expect(loss.gap).toMatchObject({ length: 3, offset: 3 });
	});

	it('should count a beginning that was not seen', async () => {
		const chunks = chunksOf('C> . 4:7(3) "DEF"');
		expect(await told(streamOf(chunks, { lossErrors: true }))).toEqual([
			`# ${chunks[0]?.flow}: the beginning is missing at byte 0, before packet 1`,
		]);
	});

	it('should make what is dropped an error too', async () => {
		const stream = streamOf(whole, { lossErrors: true, maxBufferedBytes: PIECE + 3 });
		expect(await told(stream)).toEqual([
			'ABC',
			`# ${whole[0]?.flow}: 3 bytes are missing at byte 3, before packet 3, 3 of them dropped since too much waited`,
		]);
	});
});

describe('a reader that is too slow for what does not pause', () => {
	const many = chunksOf('C> S 0:0(0)', ...Array.from('ABCDEFGH', (letter, i) => `C> . ${1 + i}:${2 + i}(1) "${letter}"`));

	it('should be told of what was dropped, where it is missing', async () => {
		const source = new Subject<Reassembly>();
		const stream = toReadable(source, { maxBufferedBytes: 2 * (PIECE + 1), highWaterMark: 0 });
		for (const chunk of many.slice(0, 6)) source.next(chunk);
		expect(String(stream.read())).toBe('A');
		for (const chunk of many.slice(6)) source.next(chunk);
		source.complete();
		const lines = (await told(stream)).join(' ');
		expect(lines).toBe('B 3 missing at 2 F 2 missing at 6 |');
		expect([stream.missingBytes, stream.droppedBytes]).toEqual([5, 5]);
	});

	it('should be told in one gap of what was missing among what was dropped', async () => {
		const stream = streamOf(broken, { maxBufferedBytes: PIECE + 3 });
		const gaps: unknown[] = [];
		stream.on('gap', ({ length, dropped, offset }) => gaps.push({ length, dropped, offset }));
		expect(await told(stream)).toEqual(['ABC', '17 missing at 3', '|']);
		expect(gaps).toEqual([{ length: 17, dropped: 7, offset: 3 }]);
		expect([stream.missingBytes, stream.droppedBytes]).toEqual([17, 7]);
	});

	it('should keep no block alive for small pieces that wait', async () => {
		const block = new Uint8Array(2 ** 18);
		const [, chunk] = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"') as [Reassembly, Reassembly];
		vi.spyOn(chunk, 'bytes', 'get').mockReturnValue(block.subarray(5, 8));
		const waiting = streamOf([chunk]).read() as Uint8Array;
		expect([waiting.length, waiting.buffer === block.buffer]).toEqual([3, false]);
		const source = new Subject<Reassembly>();
		const flowing = once(toReadable(source), 'data');
		await turn();
		source.next(chunk);
		expect(((await flowing)[0] as Uint8Array).buffer).toBe(block.buffer);
	});
});

describe('destroying a Readable', () => {
	it('should unsubscribe from its flow, and leave the others alone', async () => {
		const source = new Subject<Reassembly>();
		const streams: FlowReadable[] = [];
		source.pipe(groupByFlow()).subscribe(flow => streams.push(toReadable(flow)));
		const lines = ['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) "ABC" ack 1', 'S> . 1:4(3) "XYZ" ack 4', 'C> . 4:7(3) "DEF" ack 4'];
		const chunks = chunksOf(...lines);
		for (const chunk of chunks.slice(0, 3)) source.next(chunk);
		expect(streams).toHaveLength(2);
		streams[0]?.destroy();
		for (const chunk of chunks.slice(3)) source.next(chunk);
		source.complete();
		expect(await told(streams[1] as FlowReadable)).toEqual(['XYZ', '|']);
	});

	it('should unsubscribe from its source at once, also when a loop is left', async () => {
		const source = new Subject<Reassembly>();
		toReadable(source).destroy();
		expect(source.observed).toBe(false);
		const stream = toReadable(source);
		for (const chunk of whole) source.next(chunk);
		for await (const _ of stream) break;
		expect(source.observed).toBe(false);
	});
});

describe('toReadable with a valve', () => {
	const options = (valve: Valve): ReadableOptions => ({ valve, highWaterMark: 4 });
	const open = (source: Observable<Reassembly>, valve: Valve) => toReadable(source, options(valve));

	it('should close it while more waits than its mark, and open it when that is read', async () => {
		const valve = new Valve();
		const stream = open(concat(from(whole), NEVER), valve);
		await once(stream, 'readable');
		expect(valve.isOpen).toBe(false);
		expect(String(stream.read(1))).toBe('A');
		expect(valve.isOpen).toBe(false);
		expect(String(stream.read(1))).toBe('B');
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 4]);
		expect(String(stream.read())).toBe('CDEF');
		expect(valve.waitingBytes).toBe(0);
	});

	it('should not close it when all is read at once', async () => {
		const valve = new Valve();
		const source = new Subject<Reassembly>();
		noted(open(source, valve));
		await turn();
		for (const chunk of whole) {
			source.next(chunk);
			expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
		}
	});

	it('should open it at the end of the turn for a flow that is discarded', async () => {
		const valve = new Valve();
		const source = new Subject<Reassembly>();
		open(source, valve).resume();
		for (const chunk of whole) source.next(chunk);
		await turn();
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
	});

	it('should open it when it was read to its end, and when it is destroyed', async () => {
		for (const leave of [(stream: FlowReadable) => stream.resume(), (stream: FlowReadable) => stream.destroy()]) {
			const valve = new Valve();
			const stream = open(from(whole), valve);
			expect(valve.isOpen).toBe(false);
			leave(stream);
			await turn();
			expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
		}
	});

	it('should be open for a reader who waits for more than its mark', async () => {
		const valve = new Valve();
		const source = new Subject<Reassembly>();
		const stream = open(source, valve);
		const chunks = chunksOf('C> S 0:0(0)', 'C> . 1:9(8) "ABCDEFGH"', 'C> . 9:17(8) "IJKLMNOP"');
		for (const chunk of chunks.slice(0, 2)) source.next(chunk);
		await once(stream, 'readable');
		expect(valve.isOpen).toBe(false);
		expect([stream.read(9), valve.isOpen]).toEqual([null, true]);
		const [, , more] = chunks as [Reassembly, Reassembly, Reassembly];
		source.next(more);
		expect(valve.isOpen).toBe(false);
		expect([String(stream.read(9)), valve.waitingBytes]).toEqual(['ABCDEFGHI', 7]);
	});

	it('should open it when the flow fails', async () => {
		const valve = new Valve();
		const stream = open(
			concat(
				from(whole),
				throwError(() => boom),
			),
			valve,
		);
		expect(valve.isOpen).toBe(false);
		expect(await told(stream)).toEqual(['ABCDEF', '# boom']);
		expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
	});
});
