import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ChunkOwner } from '../../../src/assembly/reassembly.js';
import { Reassembly } from '../../../src/assembly/reassembly.js';
import { Flow } from '../../../src/flow.js';
import { type FlowReadable, toReadable } from '../../../src/sinks/toReadable.js';
import { Timestamp } from '../../../src/timestamp.js';
import { Valve } from '../../../src/valve.js';

const flow = new Flow([1, 2], 3, 4, 0);
const owner = { flowOf: () => flow, directionOf: () => 'client' } as unknown as ChunkOwner;

/** A stream of which every byte says where it stands: as chunks, with holes. */
function chunksOf(parts: readonly { skip: number; length: number }[]): { chunks: Reassembly[]; total: number } {
	let at = 0;
	const chunks = parts.map(({ skip, length }, i) => {
		at += skip;
		const bytes = Uint8Array.from({ length }, (_, place) => (at + place) % 251);
		const chunk = new Reassembly(owner, false, bytes, 0, length, at, skip, false, false, Timestamp.fromMs(i), i + 1, undefined, false);
		at += length;
		return chunk;
	});
	return { chunks, total: at };
}

/** Follows what comes of a stream, and holds each byte and each gap to its place. */
class Follower {
	at = 0;

	constructor(stream: FlowReadable) {
		stream.on('gap', ({ length, offset }) => {
			expect(offset).toBe(this.at);
			this.at += length;
		});
	}

	take(bytes: Uint8Array): void {
		for (const byte of bytes) if (byte !== this.at++ % 251) throw new Error(`byte ${this.at - 1} is another`);
	}
}

type Steps = () => number;

/** Ways to read a stream; `steps` says what to do next. */
const readers: Record<string, (stream: FlowReadable, follower: Follower, steps: Steps) => Promise<unknown>> = {
	async loop(stream, follower, steps) {
		for await (const piece of stream) {
			for (let i = steps() % 3; i > 0; i--) await turn();
			follower.take(piece);
		}
	},
	async readable(stream, follower, steps) {
		stream.on('readable', () => {
			const size = steps() % 40 || undefined;
			for (let piece = stream.read(size); piece !== null; piece = stream.read(size)) follower.take(piece);
		});
		await once(stream, 'end');
	},
	async flowing(stream, follower, steps) {
		stream.on('data', piece => {
			follower.take(piece);
			if (steps() % 3 > 0) return;
			stream.pause();
			setImmediate(() => stream.resume());
		});
		await once(stream, 'end');
	},
};

describe('toReadable, whatever comes and however it is read', () => {
	const parts = fc.array(fc.record({ skip: fc.constantFrom(0, 0, 0, 1, 7), length: fc.constantFrom(0, 1, 2, 30, 500, 5000) }), {
		maxLength: 40,
	});
	const limits = fc.record({ highWaterMark: fc.constantFrom(0, 1, 100, 10_000), maxBufferedBytes: fc.constantFrom(300, 2000, 2 ** 20) });

	it.each(Object.entries(readers))('should give every byte or say that it is missing, in its place: %s', async (_, reader) => {
		await fc.assert(
			fc.asyncProperty(parts, limits, fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }), async (given, limit, choices) => {
				const { chunks, total } = chunksOf(given);
				const source = new Subject<Reassembly>();
				const valve = new Valve();
				const stream = toReadable(source, { ...limit, valve });
				const follower = new Follower(stream);
				let step = 0;
				const steps = () => choices[step++ % choices.length] as number;
				const done = reader(stream, follower, steps);
				for (const chunk of chunks) {
					if (steps() % 2 === 0) await turn();
					source.next(chunk);
				}
				source.complete();
				await done;
				expect(follower.at).toBe(total);
				expect([valve.isOpen, valve.waitingBytes]).toEqual([true, 0]);
			}),
			{ numRuns: 150 },
		);
	});
});
