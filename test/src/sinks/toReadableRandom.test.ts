import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Reassembly } from '../../../src/assembly/reassembly.js';
import { type FlowReadable, toReadable } from '../../../src/sinks/toReadable.js';
import { Valve } from '../../../src/valve.js';
import { Follower, placedChunks, placedParts, readingLimits } from '../../support/placedBytes.js';

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
	it.each(Object.entries(readers))('should give every byte or say that it is missing, in its place: %s', async (_, reader) => {
		await fc.assert(
			fc.asyncProperty(
				placedParts,
				readingLimits,
				fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
				async (given, limit, choices) => {
					const { chunks, total } = placedChunks(given);
					const source = new Subject<Reassembly>();
					const valve = new Valve();
					const stream = toReadable(source, { ...limit, valve });
					const follower = new Follower();
					stream.on('gap', gap => follower.passGap(gap));
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
				},
			),
			{ numRuns: 150 },
		);
	});
});
