import { readAll } from '../src/capture/readAll.js';
import { recordPlaces } from './fuzzPlaces.js';

/** A capture that can be read to its end, and what is in it. */
export interface WholeCapture {
	readonly bytes: Uint8Array;
	/** Where its records begin, and where the last one ends. */
	readonly borders: readonly number[];
	/** Where the record of each packet ends. */
	readonly ends: readonly number[];
}

/** What is in a capture; undefined if it cannot be read to its end, or not where it lies. */
export function wholeCapture(bytes: Uint8Array): WholeCapture | undefined {
	const { packets, error } = readAll(bytes);
	if (error !== undefined || packets.some(({ block }) => block.buffer !== bytes.buffer)) return undefined;
	const borders = [...recordPlaces(bytes), bytes.length];
	let next = 0;
	const ends = packets.map(({ end }) => {
		while ((borders[next] as number) < end) next++;
		return borders[next] as number;
	});
	return { bytes, borders, ends };
}

/** What comes of a capture that is cut off at `length` bytes, and what should; the same if all is well. */
export function cutOff({ bytes, borders, ends }: WholeCapture, length: number): { readonly found: unknown; readonly expected: unknown } {
	const { packets, error } = readAll(bytes.subarray(0, length));
	const before = borders.findLast(border => border <= length) ?? 0;
	const expected = { packets: ends.filter(end => end <= length).length, ...expectedEnd(length, before, borders[0] as number) };
	return { found: { packets: packets.length, code: error?.code, offset: error?.offset }, expected };
}

/** A magic number takes four bytes, and the header of a file stands before the first record. */
function expectedEnd(length: number, before: number, first: number): { code: string | undefined; offset: number | undefined } {
	if (length === 0) return { code: 'empty', offset: 0 };
	if (length < 4) return { code: 'not-a-capture', offset: 0 };
	if (length === before && length >= first) return { code: undefined, offset: undefined };
	return { code: 'truncated', offset: before };
}
