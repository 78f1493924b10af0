import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeTcp } from '../../../operators/decodeTcp.js';
import { groupByFlow } from '../../../operators/groupByFlow.js';
import { reassemble } from '../../../operators/reassemble.js';
import { toAsyncIterable } from '../../../operators/toAsyncIterable.js';
import type { Packet } from '../../../src/packet.js';
import { type FlowReadable, toReadable } from '../../../src/sinks/toReadable.js';
import { fromFile } from '../../../src/sources/fromFile.js';
import { fromStream } from '../../../src/sources/fromStream.js';
import { Valve } from '../../../src/valve.js';
import { packetsOf } from '../../support/operatorsTraffic.js';
import { cutAt, pcapFile } from '../../support/pcap.js';

const packetCount = 8;
const record = 16 + 10;
const capture = pcapFile(Array.from({ length: packetCount }, (_, i) => ({ bytes: new Uint8Array(10).fill(i) })));
/** A packet each. */
const blocks = cutAt(
	capture,
	Array.from({ length: packetCount }, (_, i) => 24 + i * record),
).slice(1);
blocks[0] = capture.subarray(0, 24 + record);

const turns = async (count = 5) => {
	for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
};

/** Blocks, each counted when it is read. */
class Counted {
	read = 0;
	isReturned = false;

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		try {
			for (const block of blocks) {
				this.read++;
				yield block;
			}
		} finally {
			this.isReturned = true;
		}
	}
}

describe('fromStream with a valve', () => {
	it('should read nothing while it is closed, and go on when it opens', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		backlog.is(1);
		const stream = new Counted();
		const packets = lastValueFrom(fromStream(stream, { valve }).pipe(toArray()));
		await turns();
		expect(stream.read).toBe(0);
		backlog.is(0);
		expect(await packets).toHaveLength(packetCount);
		expect(stream.read).toBe(packetCount);
	});

	it('should read a block at a time for a consumer that takes one packet at a time', async () => {
		const valve = new Valve();
		const stream = new Counted();
		const readAt: number[] = [];
		for await (const { number } of toAsyncIterable(fromStream(stream, { valve }), { valve, highWaterMark: 0 })) {
			await turns();
			readAt.push(stream.read - number);
		}
		// One waits for the consumer; what is behind that is not read.
		expect(readAt).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
	});

	it('should wait for the slowest of its consumers, and not for one that is gone', async () => {
		const valve = new Valve();
		const stream = new Counted();
		const [slow, leaving] = [valve.join(0), valve.join(0)];
		slow.is(1);
		leaving.is(1);
		const packets = lastValueFrom(fromStream(stream, { valve }).pipe(toArray()));
		slow.is(0);
		await turns();
		expect(stream.read).toBe(0);
		leaving.leave();
		expect(await packets).toHaveLength(packetCount);
	});

	it('should stop at once when it is unsubscribed while it waits', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		const stream = new Counted();
		const next = vi.fn((packet: Packet) => backlog.is(packet.number));
		const subscription = fromStream(stream, { valve }).subscribe(next);
		await turns();
		expect([stream.read, stream.isReturned]).toEqual([1, false]);
		subscription.unsubscribe();
		await turns();
		expect([stream.read, stream.isReturned]).toEqual([1, true]);
		backlog.is(0);
		await turns();
		expect([stream.read, next.mock.calls.length]).toEqual([1, 1]);
	});

	it('should tell errors and the end only when it is open', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		const complete = vi.fn();
		const stream = new Counted();
		fromStream(stream, { valve }).subscribe({ next: ({ number }) => number === packetCount && backlog.is(1), complete });
		await turns(30);
		expect([stream.read, complete.mock.calls.length]).toEqual([packetCount, 0]);
		backlog.is(0);
		await turns();
		expect(complete).toHaveBeenCalledTimes(1);
	});

	it('should also pause within a block that is large', async () => {
		const size = 1000;
		const packets = Array.from({ length: 2000 }, () => ({ bytes: new Uint8Array(size) }));
		const valve = new Valve();
		const backlog = valve.join(0);
		async function* once() {
			yield pcapFile(packets);
		}
		let seen = 0;
		const done = lastValueFrom(fromStream(once(), { valve }).pipe(toArray()));
		fromStream(once(), { valve }).subscribe(() => {
			seen++;
			backlog.is(1);
		});
		await turns();
		expect(seen).toBe(Math.floor((256 * 1024 - 24) / (size + 16)));
		backlog.leave();
		await vi.waitFor(() => expect(seen).toBe(packets.length));
		expect(await done).toHaveLength(packets.length);
	});

	it('should say what an option must be', () => {
		expect(() => fromStream(new Counted(), { valve: {} as Valve })).toThrow(
			new TypeError('fromStream: option valve must be a Valve, but is an object'),
		);
		expect(() => fromFile('x', { tap: new Valve() } as object)).toThrow('fromFile: there is no option tap; the options are valve');
	});
});

describe.runIf(process.platform === 'linux')('fromFile with a valve', () => {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
	const path = join(folder, 'large.pcap');
	const sizeOfBlock = 256 * 1024;
	/** 12 MB: several reads of 2 MiB. */
	const count = 12_000;
	beforeAll(() => writeFileSync(path, pcapFile(Array.from({ length: count }, () => ({ bytes: new Uint8Array(1000) })))));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	/** How far the file has been read; undefined if it is not open. */
	function position(): number | undefined {
		const open = readdirSync('/proc/self/fd').find(fd => {
			try {
				return readlinkSync(`/proc/self/fd/${fd}`) === path;
			} catch {
				return false;
			}
		});
		return open === undefined ? undefined : Number(/pos:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${open}`, 'utf8'))?.[1]);
	}

	it('should read no further while it is closed, and emit no more than a block', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		let seen = 0;
		const done = new Promise<void>(resolve => {
			fromFile(path, { valve }).subscribe({
				next() {
					seen++;
					backlog.is(1);
				},
				complete: resolve,
			});
		});
		for (let block = 1; block <= 3; block++) {
			await vi.waitFor(() => expect(seen).toBe(Math.floor((block * sizeOfBlock - 24) / 1016)));
			await turns(20);
			expect(seen).toBe(Math.floor((block * sizeOfBlock - 24) / 1016));
			// A read of eight blocks, and one ahead.
			expect(position()).toBeLessThanOrEqual(16 * sizeOfBlock);
			backlog.is(0);
		}
		backlog.leave();
		await done;
		expect(seen).toBe(count);
	});

	it('should close the file at once when it is unsubscribed while it waits', async () => {
		const valve = new Valve();
		const backlog = valve.join(0);
		const subscription = fromFile(path, { valve }).subscribe(() => backlog.is(1));
		await vi.waitFor(() => expect(valve.isOpen).toBe(false));
		await turns();
		expect(position()).toBeDefined();
		subscription.unsubscribe();
		await vi.waitFor(() => expect(position()).toBeUndefined());
		expect(valve.isOpen).toBe(false);
	});
});

describe('flows of a capture that is paused', () => {
	const text = (letter: string) => letter.repeat(100);
	const lines = Array.from({ length: 40 }, (_, i) => [
		`A:C> . ${1 + 100 * i}:${101 + 100 * i}(100) "${text('A')}"`,
		`B:C> . ${1 + 100 * i}:${101 + 100 * i}(100) "${text('B')}"`,
	]).flat();
	const file = pcapFile(packetsOf('A:C> S 0:0(0)', 'B:C> S 0:0(0)', ...lines).map(({ bytes }) => ({ bytes })));

	async function* pieces() {
		for (let at = 0; at < file.length; at += 300) yield file.subarray(at, at + 300);
	}

	it('should all come out whole, though their readers are slow', async () => {
		const valve = new Valve();
		const lengths: Promise<number>[] = [];
		const slowly = async (stream: FlowReadable) => {
			let length = 0;
			for await (const piece of stream) {
				await turns(1);
				length += piece.length;
				expect(piece.length).toBeLessThanOrEqual(400);
			}
			return length;
		};
		const flows = fromStream(pieces(), { valve }).pipe(decodeTcp(), reassemble(), groupByFlow());
		await lastValueFrom(flows.pipe(tap(flow => lengths.push(slowly(toReadable(flow, { valve, highWaterMark: 100 }))))));
		expect(await Promise.all(lengths)).toEqual([4000, 4000]);
	});

	it('should not be stopped by one that is destroyed while others wait', async () => {
		const valve = new Valve();
		const streams: FlowReadable[] = [];
		fromStream(pieces(), { valve })
			.pipe(decodeTcp(), reassemble(), groupByFlow())
			.subscribe(flow => streams.push(toReadable(flow, { valve, highWaterMark: 100 })));
		await turns(20);
		expect([streams.length, valve.isOpen]).toEqual([2, false]);
		streams[0]?.destroy();
		let length = 0;
		for await (const piece of streams[1] as FlowReadable) length += piece.length;
		expect(length).toBe(4000);
	});

	it('should go on if the rest of one is discarded', async () => {
		const valve = new Valve();
		const streams: FlowReadable[] = [];
		fromStream(pieces(), { valve })
			.pipe(decodeTcp(), reassemble(), groupByFlow())
			.subscribe(flow => streams.push(toReadable(flow, { valve, highWaterMark: 100 })));
		await turns(20);
		streams[0]?.resume();
		let length = 0;
		for await (const piece of streams[1] as FlowReadable) length += piece.length;
		expect(length).toBe(4000);
	});
});
