import fc from 'fast-check';
import { from, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Frame } from '../../src/framing/frame.js';
import { type FrameLoss, FramingError } from '../../src/framing/frameLoss.js';
import type { FramingOptions } from '../../src/framing/framingOptions.js';
import { chunkAt } from './placedBytes.js';

/** An operator that cuts into frames, and a stream of which the frames are known. */
export interface SplitCase {
	make(options: FramingOptions): OperatorFunction<Reassembly, Frame>;
	readonly stream: string;
	/** Where each frame begins, and what is in it. */
	readonly frames: readonly (readonly [offset: number, text: string])[];
	/** Where the first frame begins that is found behind a gap. */
	resumesAt(gapFrom: number, gapTo: number): number;
	/** The beginning of a frame of more than 100 bytes; none if there cannot be one. */
	readonly hostile?: string;
}

interface Told {
	readonly frames: Frame[];
	readonly losses: FrameLoss[];
	error: unknown;
}

const bytesOf = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
const print = ({ offset, bytes }: Frame) => [offset, String.fromCharCode(...bytes)];

/** Chunks of a stream that is cut there, and in which nothing comes between `gapFrom` and `gapTo`. */
function chunksOf(stream: Uint8Array, cuts: readonly number[], gapFrom = 0, gapTo = 0): Reassembly[] {
	const places = [...new Set([0, ...cuts, gapFrom, gapTo, stream.length])].filter(at => at <= stream.length).sort((a, b) => a - b);
	const pieces = places.slice(1).map((to, i) => [places[i] as number, to] as const);
	const skipAt = (at: number) => (at === gapTo ? gapTo - gapFrom : 0);
	const came = pieces.filter(([at, to]) => at < to && !(at >= gapFrom && to <= gapTo));
	// Where all that follows is missing, a chunk without bytes says so.
	const all = gapTo > gapFrom && gapTo === stream.length ? [...came, [gapTo, gapTo] as const] : came;
	return all.map(([at, to], i) => chunkAt(at, stream.slice(at, to), skipAt(at), i + 1));
}

function split({ make }: SplitCase, chunks: readonly Reassembly[], options: FramingOptions = {}): Told {
	const told: Told = { frames: [], losses: [], error: undefined };
	const dropped = { next: (loss: FrameLoss) => told.losses.push(loss) };
	from(chunks)
		.pipe(make({ dropped, ...options }))
		.subscribe({
			next: frame => told.frames.push(frame),
			error: error => {
				told.error = error;
			},
		});
	return told;
}

/** What every operator must do that cuts into frames. */
export function checkSplit(name: string, tested: SplitCase): void {
	const stream = bytesOf(tested.stream);
	const gaps = Array.from(stream, (_, gapFrom) =>
		Array.from({ length: stream.length - gapFrom }, (_, i) => [gapFrom, gapFrom + i + 1] as const),
	).flat();

	describe(`${name}, which cuts into frames`, () => {
		it('should give the same frames wherever the stream is cut', () => {
			fc.assert(
				fc.property(fc.array(fc.nat(stream.length)), cuts => {
					const { frames, losses } = split(tested, chunksOf(stream, cuts));
					expect(frames.map(print)).toEqual(tested.frames);
					expect(losses).toEqual([]);
				}),
			);
		});

		it('should hand out views of a chunk, and copies only of frames that were cut', () => {
			const [chunk] = chunksOf(stream, []) as [Reassembly];
			// A last frame that has no end waits for it, and so is copied.
			for (const { bytes } of split(tested, [chunk]).frames.slice(0, -1)) expect(bytes.buffer).toBe(chunk.bytes.buffer);
			const chunks = chunksOf(stream, [...stream.keys()]);
			const blocks = new Set(chunks.map(({ bytes }) => bytes.buffer));
			const { frames } = split(tested, chunks);
			expect(frames.filter(({ bytes }) => bytes.length > 1 && blocks.has(bytes.buffer as ArrayBuffer))).toEqual([]);
		});

		it('should give every frame but those that a gap damages, wherever it is, and say what is lost', () => {
			for (const [gapFrom, gapTo] of gaps) {
				const { frames, losses } = split(tested, chunksOf(stream, [], gapFrom, gapTo));
				const resumesAt = tested.resumesAt(gapFrom, gapTo);
				const ends = [...tested.frames.slice(1).map(([offset]) => offset), stream.length];
				const expected = tested.frames.filter(([offset], i) => (ends[i] as number) <= gapFrom || offset >= resumesAt);
				expect(frames.map(print), `gap ${gapFrom} to ${gapTo}`).toEqual(expected);
				const kept = expected.reduce((sum, frame) => sum + ((ends[tested.frames.indexOf(frame)] as number) - frame[0]), 0);
				expect(losses, `gap ${gapFrom} to ${gapTo}`).toMatchObject([
					{ reason: 'gap', missing: gapTo - gapFrom, bytes: stream.length - (gapTo - gapFrom) - kept },
				]);
			}
		});

		it.each(['stop', 'error'] as const)('should give nothing behind a gap if it is told so, wherever it is: %s', onGap => {
			for (const [gapFrom, gapTo] of gaps) {
				const { frames, losses, error } = split(tested, chunksOf(stream, [], gapFrom, gapTo), { onGap });
				const ends = [...tested.frames.slice(1).map(([offset]) => offset), stream.length];
				expect(frames.map(print)).toEqual(tested.frames.filter((_, i) => (ends[i] as number) <= gapFrom));
				if (onGap === 'error') expect(error).toBeInstanceOf(FramingError);
				else expect(losses).toMatchObject([{ reason: 'gap', missing: gapTo - gapFrom, stopped: true }]);
			}
		});

		const { hostile } = tested;
		it.skipIf(hostile === undefined)('should keep no more than maxFrameBytes of a frame that never ends', () => {
			const endless = bytesOf((hostile as string).padEnd(3000, 'x'));
			for (const size of [1, 7, 3000]) {
				const cuts = Array.from({ length: 3000 / size }, (_, i) => i * size);
				const limited = split(tested, chunksOf(endless, cuts), { maxFrameBytes: 100 });
				expect(limited.frames).toEqual([]);
				expect(limited.losses).toMatchObject([{ reason: 'too-long', bytes: 3000, missing: 0 }]);
				const failed = split(tested, chunksOf(endless, cuts), { maxFrameBytes: 100, onBadFrame: 'error' });
				expect(failed.error).toMatchObject({ name: 'FramingError', loss: { reason: 'too-long' } });
				// What it had kept when it failed.
				expect((failed.error as FramingError).loss.bytes).toBeLessThanOrEqual(110);
			}
		});
	});
}
