import { PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromStream } from '../../../src/sources/fromStream.js';
import { cutAt, pcapFile } from '../../support/pcap.js';

const capture = pcapFile([1, 2, 3, 4].map(value => ({ bytes: new Uint8Array(10).fill(value) })));
/** Two packets, the third in pieces, and the fourth. */
const blocks = cutAt(capture, [24 + 2 * 26 + 5, 24 + 2 * 26 + 20]);

async function* generate(
	given: Iterable<Uint8Array> = blocks,
	told: { pulled: number; returned: boolean } = { pulled: 0, returned: false },
): AsyncGenerator<Uint8Array> {
	try {
		for (const block of given) {
			told.pulled++;
			yield block;
		}
	} finally {
		told.returned = true;
	}
}

/** A web stream that gives these blocks, and then nothing more, without an end. */
function openWebStream(given: readonly Uint8Array[], cancel: () => void): ReadableStream<Uint8Array> {
	return new ReadableStream({
		start(controller) {
			for (const block of given) controller.enqueue(block);
		},
		cancel,
	});
}

const rejections: unknown[] = [];
const noteRejection = (reason: unknown) => rejections.push(reason);
beforeEach(() => {
	rejections.length = 0;
	process.on('unhandledRejection', noteRejection);
});
afterEach(async () => {
	await new Promise(resolve => setTimeout(resolve, 0));
	process.off('unhandledRejection', noteRejection);
	expect(rejections).toEqual([]);
});

describe('fromStream', () => {
	const sources: Record<string, () => Parameters<typeof fromStream>[0]> = {
		'an async generator': () => generate(),
		'a Readable of Node': () => Readable.from(blocks),
		'a web stream': () => new Response(capture as Uint8Array<ArrayBuffer>).body as NonNullable<Response['body']>,
		'a Blob': () => new Blob([capture as Uint8Array<ArrayBuffer>]).stream(),
		'an iterable of one byte a block': () => generate(Array.from(capture, byte => Uint8Array.of(byte))),
	};

	it.each(Object.entries(sources))('should emit the packets of %s, then complete', async (_, open) => {
		const packets = await lastValueFrom(fromStream(open()).pipe(toArray()));
		expect(packets.map(({ bytes, number }) => [Array.from(bytes), number])).toEqual(
			[1, 2, 3, 4].map(value => [Array(10).fill(value), value]),
		);
	});

	it.each([undefined, null, 7, 'text', capture, [capture], {}])('should throw at the call if it is given no stream: %j', value => {
		expect(() => fromStream(value as unknown as AsyncIterable<Uint8Array>)).toThrow(
			/^fromStream: stream must be an AsyncIterable of Uint8Array/,
		);
	});

	it('should only begin to read when it is subscribed to, and anew for each subscription', async () => {
		let opened = 0;
		const iterable = {
			[Symbol.asyncIterator]() {
				opened++;
				return generate();
			},
		};
		const packets$ = fromStream(iterable);
		expect(opened).toBe(0);
		const [first, second] = await Promise.all([lastValueFrom(packets$.pipe(toArray())), lastValueFrom(packets$.pipe(toArray()))]);
		expect([first.length, second.length, opened]).toEqual([4, 4, 2]);
	});

	it('should emit the packets of a block before it asks for the next', async () => {
		const told = { pulled: 0, returned: false };
		const pulledAt: number[] = [];
		await new Promise<void>(resolve => {
			fromStream(generate(blocks, told)).subscribe({ next: () => pulledAt.push(told.pulled), complete: resolve });
		});
		expect(pulledAt).toEqual([1, 1, 3, 3]);
	});

	it('should error with what the stream throws, after the packets before it', async () => {
		const broken = new Error('the network is gone');
		async function* failing() {
			yield blocks[0] as Uint8Array;
			throw broken;
		}
		const next = vi.fn();
		const error = await new Promise(resolve => fromStream(failing()).subscribe({ next, error: resolve }));
		expect(error).toBe(broken);
		expect(next).toHaveBeenCalledTimes(2);
	});

	it('should error with what a Readable is destroyed with', async () => {
		const broken = new Error('read failed');
		const stream = new PassThrough();
		stream.write(blocks[0]);
		const error = new Promise(resolve => fromStream(stream).subscribe({ next: () => stream.destroy(broken), error: resolve }));
		expect(await error).toBe(broken);
	});

	it('should error if something else than bytes comes', async () => {
		const text = Readable.from(['hello'], { objectMode: true });
		await expect(lastValueFrom(fromStream(text))).rejects.toThrow(
			new TypeError('fromStream: the stream must give Uint8Array, but gave string'),
		);
	});

	it('should error with truncated if it ends in the middle of a packet, and with empty if nothing came', async () => {
		await expect(lastValueFrom(fromStream(generate(blocks.slice(0, 2))))).rejects.toMatchObject({ code: 'truncated', offset: 24 + 2 * 26 });
		await expect(lastValueFrom(fromStream(generate([])))).rejects.toMatchObject({ code: 'empty' });
	});
});

describe('unsubscribing from fromStream', () => {
	it('should stop in the middle of a block, and return the iterator', async () => {
		const told = { pulled: 0, returned: false };
		const packet = await firstValueFrom(fromStream(generate(blocks, told)).pipe(take(1)));
		expect(packet.number).toBe(1);
		await vi.waitFor(() => expect(told).toEqual({ pulled: 1, returned: true }));
	});

	it('should return the iterator after an error in the bytes', async () => {
		const told = { pulled: 0, returned: false };
		const garbage = [new TextEncoder().encode('not a capture'), capture];
		await expect(lastValueFrom(fromStream(generate(garbage, told)))).rejects.toMatchObject({ code: 'not-a-capture' });
		await vi.waitFor(() => expect(told).toEqual({ pulled: 1, returned: true }));
	});

	it('should drop what comes of a block that was under way', async () => {
		let give: (block: Uint8Array) => void = () => undefined;
		async function* slow() {
			yield await new Promise<Uint8Array>(resolve => {
				give = resolve;
			});
		}
		const observer = { next: vi.fn(), error: vi.fn(), complete: vi.fn() };
		const subscription = fromStream(slow()).subscribe(observer);
		subscription.unsubscribe();
		give(capture);
		await new Promise(resolve => setTimeout(resolve, 5));
		expect([observer.next, observer.error, observer.complete].map(({ mock }) => mock.calls)).toEqual([[], [], []]);
	});

	it('should destroy a Readable at once, even while it gives nothing', async () => {
		const stream = new PassThrough();
		stream.write(blocks[0]);
		const error = vi.fn();
		await new Promise<void>(resolve => {
			const subscription = fromStream(stream).subscribe({
				next({ number }) {
					if (number < 2) return;
					setTimeout(() => {
						subscription.unsubscribe();
						resolve();
					}, 5);
				},
				error,
			});
		});
		expect(stream.destroyed).toBe(true);
		expect(error).not.toHaveBeenCalled();
	});

	it('should cancel a web stream at once, even while it gives nothing', async () => {
		const cancel = vi.fn();
		const packets$ = fromStream(openWebStream(blocks.slice(0, 1), cancel));
		await new Promise<void>(resolve => {
			const subscription = packets$.subscribe(({ number }) => {
				if (number < 2) return;
				setTimeout(() => {
					subscription.unsubscribe();
					resolve();
				}, 5);
			});
		});
		expect(cancel).toHaveBeenCalledTimes(1);
	});

	it('should not mind an iterator that cannot be returned, or that fails to', async () => {
		const failing = generate();
		failing.return = () => Promise.reject(new Error('cannot return'));
		const bare = { next: () => Promise.resolve({ done: false, value: capture }) };
		for (const iterator of [failing, bare]) {
			const iterable = { [Symbol.asyncIterator]: () => iterator as AsyncIterator<Uint8Array> };
			expect((await firstValueFrom(fromStream(iterable))).number).toBe(1);
		}
	});
});
