import { InvalidArgumentError } from 'commander';
import { parseAddress } from '../parseAddress.js';
import type { Segment } from '../wire/segment.js';

/** One end of a segment: its address as words, each as it stands on the wire, and its port. */
interface End {
	readonly words: readonly number[];
	readonly port: number;
}

/** Says of one end whether it is meant. */
type EndFilter = (end: End) => boolean;

/** Says of a segment whether it is meant. */
export type SegmentFilter = (segment: Segment) => boolean;

/** The flags that choose connections; each may be given several times, and then one of them has to fit. */
export interface FlowFilterOptions {
	readonly host?: readonly EndFilter[];
	readonly port?: readonly EndFilter[];
	readonly net?: readonly EndFilter[];
	readonly flow?: SegmentFilter;
}

/** What all those flags together choose; undefined if there are none. */
export function flowFilter({ host, port, net, flow }: FlowFilterOptions): SegmentFilter | undefined {
	const kinds = [host, port, net].filter(filters => filters !== undefined);
	if (kinds.length === 0) return flow;
	return segment => {
		const ends = endsOf(segment);
		return kinds.every(filters => filters.some(fits => ends.some(fits))) && (flow?.(segment) ?? true);
	};
}

/** `--host ADDRESS`. */
export function host(text: string, before: readonly EndFilter[] = []): readonly EndFilter[] {
	const words = addressOf(text);
	return [...before, end => sameWords(end.words, words)];
}

/** `--port NUMBER`, or `FIRST-LAST`. */
export function port(text: string, before: readonly EndFilter[] = []): readonly EndFilter[] {
	const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
	const [from, to] = [Number(first), Number(last)];
	if (!(from <= to && to <= 65_535)) throw new InvalidArgumentError('It must be a port, or a range such as 8000-8099.');
	return [...before, end => from <= end.port && end.port <= to];
}

/** `--net ADDRESS/BITS`. */
export function net(text: string, before: readonly EndFilter[] = []): readonly EndFilter[] {
	const [, address = '', length] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
	const words = addressOf(address, 'It must be a network such as 10.0.0.0/8 or 2001:db8::/32.');
	const bits = Number(length);
	if (bits > 32 * words.length) throw new InvalidArgumentError(`A network of that kind has at most ${32 * words.length} bits.`);
	const masks = words.map((_, i) => maskOf(bits - 32 * i));
	const isWithin: EndFilter = end =>
		end.words.length === words.length && end.words.every((word, i) => ((word ^ (words[i] as number)) & (masks[i] as number)) === 0);
	return [...before, isWithin];
}

/** A connection as the other commands print it: `10.0.0.1:1234->10.0.0.2:80`, `[::1]:1234 → [::2]:80`; either direction. */
export function flow(text: string): SegmentFilter {
	const [a, b, ...more] = text.split(/\s*(?:->|→|-|,|\s)\s*/).map(endOf);
	if (a === undefined || b === undefined || more.length > 0) throw new InvalidArgumentError(flowExpected);
	return segment => {
		const [source, destination] = endsOf(segment);
		return (sameEnd(source, a) && sameEnd(destination, b)) || (sameEnd(source, b) && sameEnd(destination, a));
	};
}

const flowExpected = 'It must be a connection such as 10.0.0.1:1234->10.0.0.2:80 or [::1]:1234->[::2]:80.';

function endOf(text: string): End {
	const [, inBrackets, bare, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
	return { words: addressOf(inBrackets ?? bare ?? '', flowExpected), port: Number(digits) };
}

function addressOf(text: string, expected = 'It must be an address such as 10.0.0.1 or 2001:db8::1.'): readonly number[] {
	const words = parseAddress(text);
	if (words === null) throw new InvalidArgumentError(expected);
	return words;
}

function endsOf(segment: Segment): [End, End] {
	const count = segment.version === 4 ? 1 : 4;
	const wordsFrom = (first: number) => Array.from({ length: count }, (_, i) => segment.addressWord(first + i));
	return [
		{ words: wordsFrom(0), port: segment.sourcePort },
		{ words: wordsFrom(count), port: segment.destinationPort },
	];
}

/** The first `bits` of a word, as a mask. */
function maskOf(bits: number): number {
	if (bits <= 0) return 0;
	return bits >= 32 ? -1 : -1 << (32 - bits);
}

const sameWords = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((word, i) => word === b[i]);

const sameEnd = (a: End, b: End) => a.port === b.port && sameWords(a.words, b.words);
