import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as zlib from 'node:zlib';
import { type LinkFrame, wrappedFrames } from './fuzzFrames.js';
import { joined, pcapFile } from './pcap.js';

/** A capture to begin with. */
export interface FuzzSeed {
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** Of a larger capture its beginning is taken, so that many cases are tried. */
const BYTES_MAX = 24 * 1024;

/** Captures that are made here, that of the examples, and those of the corpus, if CORPUS_DIR names it. */
export function fuzzSeeds(examples: string, corpus: string | undefined = process.env.CORPUS_DIR): FuzzSeed[] {
	const folders = [examples, ...(corpus !== undefined && existsSync(corpus) ? [corpus] : [])];
	return [...madeSeeds(), ...folders.flatMap(seedsIn)];
}

function seedsIn(folder: string): FuzzSeed[] {
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /\.(pcap|pcapng|cap|gz|zst|dmp)$/.test(name));
	return names.sort().map(name => ({ name: relative('.', join(folder, name)), bytes: beginningOf(join(folder, name)) }));
}

function beginningOf(path: string): Uint8Array {
	return new Uint8Array(readFileSync(path).subarray(0, BYTES_MAX));
}

/** Every link and wrapping in classic pcap; and once in each other format. */
function madeSeeds(): FuzzSeed[] {
	const wrapped = wrappedFrames();
	const classic = wrapped.map((frames, i) => ({
		name: `made ${i}`,
		bytes: pcapFile(recordsOf(frames), { linkType: frames[0]?.linkType ?? 1, ...layouts[i % layouts.length] }),
	}));
	const all = pcapngFile(wrapped.flat());
	const [first] = classic as [FuzzSeed, ...FuzzSeed[]];
	return [
		...classic,
		{ name: 'made, pcapng', bytes: all },
		{ name: 'made, pcap in gzip', bytes: new Uint8Array(zlib.gzipSync(first.bytes)) },
		{ name: 'made, pcapng in gzip', bytes: new Uint8Array(zlib.gzipSync(all)) },
		...zstdSeeds(all),
	];
}

const layouts = [{}, { byteOrder: 'big' }, { unit: 'ns' }, { byteOrder: 'big', unit: 'ns' }] as const;

const recordsOf = (frames: readonly LinkFrame[]) =>
	frames.map(({ bytes }, i) => ({ bytes, seconds: 1_700_000_000 + i, fraction: 1000 * i }));

/** Node 22.15 and newer know zstd. */
function zstdSeeds(bytes: Uint8Array): FuzzSeed[] {
	const compress: unknown = Reflect.get(zlib, 'zstdCompressSync');
	if (typeof compress !== 'function') return [];
	return [{ name: 'made, pcapng in zstd', bytes: new Uint8Array(compress(bytes)) }];
}

/** A section of either byte order with an interface for each link type, and the frames as enhanced, simple, or unknown blocks. */
function pcapngFile(frames: readonly LinkFrame[]): Uint8Array {
	const linkTypes = [...new Set(frames.map(({ linkType }) => linkType))];
	return joined(
		[true, false].flatMap(little => [
			block(0x0a0d0d0a, [...u32(0x1a2b3c4d, little), ...u16(1, little), ...u16(0, little), ...Array(8).fill(0xff)], little),
			...linkTypes.map(linkType => block(1, [...u16(linkType, little), 0, 0, ...u32(0x4_0000, little), ...option(9, [9], little)], little)),
			...frames.map(({ linkType, bytes }, i) => frameBlock(linkTypes.indexOf(linkType), bytes, i, little)),
		]),
	);
}

function frameBlock(interfaceId: number, bytes: Uint8Array, index: number, little: boolean): Uint8Array {
	const length = u32(bytes.length, little);
	if (index % 10 === 9) return block(3, [...length, ...bytes], little);
	if (index % 10 === 8) return block(0xbad, [...length, ...bytes], little);
	const head = [...u32(interfaceId, little), ...u32(0x5_0000, little), ...u32(index, little), ...length, ...length];
	return block(6, [...head, ...padded(bytes), ...(index % 3 === 0 ? option(1, [...Buffer.from('why')], little) : [])], little);
}

function block(type: number, body: readonly number[], little: boolean): Uint8Array {
	const whole = padded(body);
	const length = u32(12 + whole.length, little);
	return Uint8Array.from([...u32(type, little), ...length, ...whole, ...length]);
}

function option(code: number, value: readonly number[], little: boolean): number[] {
	return [...u16(code, little), ...u16(value.length, little), ...padded(value), 0, 0, 0, 0];
}

const padded = (bytes: Iterable<number>) => {
	const all = [...bytes];
	return [...all, ...Array((4 - (all.length % 4)) % 4).fill(0)];
};

function u32(value: number, little: boolean): number[] {
	const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
	return little ? bytes.reverse() : bytes;
}

function u16(value: number, little: boolean): number[] {
	const bytes = [value >>> 8, value & 255];
	return little ? bytes.reverse() : bytes;
}
