import fc from 'fast-check';
import { expect } from 'vitest';
import type { FlowGap } from '../../operators/flowGap.js';
import { type ChunkOwner, Reassembly } from '../../src/assembly/reassembly.js';
import { Flow } from '../../src/flow.js';
import { Timestamp } from '../../src/timestamp.js';

const flow = new Flow([1, 2], 3, 4, 0);
const owner = { flowOf: () => flow, directionOf: () => 'client' } as unknown as ChunkOwner;

/** Chunks of one flow, as what is missing before each, and how long it is. */
export const placedParts = fc.array(fc.record({ skip: fc.constantFrom(0, 0, 0, 1, 7), length: fc.constantFrom(0, 1, 2, 30, 500, 5000) }), {
	maxLength: 40,
});

/** Limits of whoever reads them, also such as leave bytes out. */
export const readingLimits = fc.record({
	highWaterMark: fc.constantFrom(0, 1, 100, 10_000),
	maxBufferedBytes: fc.constantFrom(300, 2000, 2 ** 20),
});

/** A chunk that stands there in its stream; one more `packet` is a millisecond later. */
export function chunkAt(offset: number, bytes: Uint8Array, skip: number, packet: number): Reassembly {
	return new Reassembly(
		owner,
		false,
		bytes,
		0,
		bytes.length,
		offset,
		skip,
		false,
		false,
		Timestamp.fromMs(packet),
		packet,
		undefined,
		false,
	);
}

/** A stream of which every byte says where it stands: as chunks, with holes. */
export function placedChunks(parts: readonly { skip: number; length: number }[]): { chunks: Reassembly[]; total: number } {
	let at = 0;
	const chunks = parts.map(({ skip, length }, i) => {
		at += skip;
		const bytes = Uint8Array.from({ length }, (_, place) => (at + place) % 251);
		const chunk = chunkAt(at, bytes, skip, i + 1);
		at += length;
		return chunk;
	});
	return { chunks, total: at };
}

/** Follows what comes of such a stream, and holds each byte and each gap to its place. */
export class Follower {
	at = 0;

	passGap({ length, offset }: FlowGap): void {
		expect(offset).toBe(this.at);
		this.at += length;
	}

	take(bytes: Uint8Array): void {
		for (const byte of bytes) if (byte !== this.at++ % 251) throw new Error(`byte ${this.at - 1} is another`);
	}
}
