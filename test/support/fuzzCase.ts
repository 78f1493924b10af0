import { type Mutation, mutated, mutationKinds } from './fuzzMutations.js';
import type { FuzzSeed } from './fuzzSeeds.js';
import { Random } from './random.js';

/** One case, in numbers: each is any 32-bit one, and means something with any captures. */
export interface FuzzCase {
	/** Which capture, and which other one may be spliced in. */
	readonly seed: number;
	readonly other: number;
	readonly mutations: readonly Mutation[];
	/** Where the bytes are cut into blocks. */
	readonly cuts: readonly number[];
	/** How it is decoded and reassembled. */
	readonly options: number;
}

/** What a case comes to. */
export interface FuzzInput {
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly blocks: readonly Uint8Array[];
	readonly options: number;
}

/** The `place`th case of a run. */
export function caseOf(run: number, place: number): FuzzCase {
	const random = new Random(Math.imul(run, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b));
	const mutation = (): Mutation => ({ kind: random.pick(mutationKinds), where: random.next(), value: random.next(), size: random.next() });
	const some = (most: number) => (random.once(3) ? random.below(most) : random.below(3));
	return {
		seed: random.next(),
		other: random.next(),
		mutations: Array.from({ length: 1 + some(12) }, mutation),
		cuts: Array.from({ length: some(random.once(10) ? 500 : 10) }, () => random.next()),
		options: random.next(),
	};
}

/** Makes what a case stands for. */
export function inputOf({ seed, other, mutations, cuts, options }: FuzzCase, seeds: readonly FuzzSeed[]): FuzzInput {
	const { name, bytes } = pick(seeds, seed);
	const spliced = pick(seeds, other).bytes;
	const changed = mutations.reduce<Uint8Array>((before, mutation) => mutated(before, mutation, spliced), bytes);
	return { name, bytes: changed, blocks: inBlocks(changed, cuts), options };
}

function pick(seeds: readonly FuzzSeed[], index: number): FuzzSeed {
	return seeds[index % seeds.length] as FuzzSeed;
}

/** Pieces, each in memory of its own; some are empty. */
function inBlocks(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
	const places = cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b);
	return [...places, bytes.length].map((end, i) => bytes.slice(places[i - 1] ?? 0, end));
}
