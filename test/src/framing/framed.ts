import type { Frame, FrameOrigin } from '../../../src/framing/frame.js';
import type { FrameLoss } from '../../../src/framing/frameLoss.js';
import type { FramerFactory } from '../../../src/framing/framer.js';
import { Timestamp } from '../../../src/timestamp.js';

/** Something that a framer is told: text or bytes, a gap, the end. */
export type Told = string | Uint8Array | number | 'END';

export const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

export function originAt(packet: number): FrameOrigin {
	return { direction: 'client', seen: Timestamp.fromMs(packet), packet };
}

/** What comes of a framer: `offset:bytes` of each frame, and what was left out. */
export function framed<F extends Frame>(
	make: (dropped: { next(loss: FrameLoss): void }) => FramerFactory<F>,
	told: readonly Told[],
): { lines: string[]; frames: F[]; losses: FrameLoss[] } {
	const lines: string[] = [];
	const frames: F[] = [];
	const losses: FrameLoss[] = [];
	const dropped = {
		next(loss: FrameLoss) {
			losses.push(loss);
			lines.push(`(${loss.reason} at ${loss.offset}: ${loss.bytes} bytes, ${loss.missing} missing${loss.stopped ? ', stopped' : ''})`);
		},
	};
	const framer = make(dropped)(frame => {
		frames.push(frame);
		lines.push(`${frame.offset}:${textOf(frame.bytes)}`);
	});
	let packet = 0;
	try {
		for (const item of told) {
			const origin = originAt(++packet);
			if (item === 'END') framer.end(origin);
			else if (typeof item === 'number') framer.gap(item, origin);
			else framer.push(typeof item === 'string' ? bytesOf(item) : item, origin);
		}
	} catch (error) {
		lines.push(`# ${(error as Error).message}`);
	}
	return { lines, frames, losses };
}

/** Cuts bytes at these places, in each of which a piece begins. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
	const sorted = [...new Set([0, ...places.filter(place => place < bytes.length), bytes.length])].sort((a, b) => a - b);
	return sorted.slice(1).map((to, i) => bytes.subarray(sorted[i], to));
}
