import type { CloseReason } from '../src/assembly/closeReason.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import type { Direction } from '../src/flow.js';
import { connectionBetween, printSpeaker, readSpeaker } from './endpoints.js';
import { LineReader, type Word, type WordReaders } from './lineReader.js';
import { isPayload, printPayload, readPayload } from './payload.js';
import { printVlan, readVlan } from './vlan.js';

/** One chunk as a line of a legend says it: a Reassembly without what no test wants to repeat. */
export interface ChunkLine {
	/** `''` for the default connection, `A` to `Z`, or the client's `address:port` of any other. */
	readonly connection: string;
	/** Who sent it. */
	readonly direction: Direction;
	/** Of IP. Default 4. */
	readonly version: 4 | 6;
	/** VLAN ids, the inner one in the low 12 bits; 0 for none. */
	readonly vlan: number;
	/** Bytes missing before it; -1: nobody knows how many. */
	readonly skip: number;
	readonly start: boolean;
	readonly bytes: Uint8Array;
	readonly end: boolean;
	readonly closed: CloseReason | undefined;
}

type Draft = { -readonly [Name in keyof ChunkLine]: ChunkLine[Name] };

const closeReasons: ReadonlySet<string> = new Set<CloseReason>(['fin', 'rst', 'idle', 'evicted', 'reused', 'eof']);

/** What may follow the speaker, in any order, each at most once; printed in this order. */
const readers: WordReaders<Draft> = {
	ip6(draft) {
		draft.version = 6;
	},
	vlan(draft, reader) {
		draft.vlan = readVlan(reader);
	},
	'k-1 | k0 | k1 …': (draft, _reader, word) => {
		draft.skip = Number(word.text.slice(1));
	},
	start(draft) {
		draft.start = true;
	},
	payload(draft, reader, word) {
		draft.bytes = readPayload(reader, word);
	},
	end(draft) {
		draft.end = true;
	},
	'fin | rst | idle | evicted | reused | eof': (draft, _reader, word) => {
		draft.closed = word.text as CloseReason;
	},
};

/**
 * Reads a chunk: `[NAME:](C|S)> [ip6] [vlan N] [kSKIP] [start] [payload] [end] [fin|rst|idle|evicted|reused|eof]`.
 *
 * @throws LineError that names the word, what was expected and what was found.
 * @example
 * ```ts
 * parseChunkLine('C> k3 "GHI" end fin').skip; // 3
 * ```
 */
export function parseChunkLine(line: string): ChunkLine {
	const reader = new LineReader(line);
	const draft: Draft = { ...emptyChunk, ...readSpeaker(reader, true) };
	reader.readWords(readers, kindOf, draft);
	return draft;
}

const emptyChunk: ChunkLine = {
	connection: '',
	direction: 'client',
	version: 4,
	vlan: 0,
	skip: 0,
	start: false,
	bytes: new Uint8Array(0),
	end: false,
	closed: undefined,
};

function kindOf(word: Word): string {
	if (isPayload(word)) return 'payload';
	if (/^k(?:-1|\d{1,15})$/.test(word.text)) return 'k-1 | k0 | k1 …';
	return closeReasons.has(word.text) ? 'fin | rst | idle | evicted | reused | eof' : word.text;
}

/** Prints a chunk line as {@link parseChunkLine} reads it; what is as usual is left out. */
export function printChunkLine(line: ChunkLine): string {
	const { vlan, skip, start, bytes, end, closed } = line;
	const words = [printSpeaker(line)];
	if (line.version === 6) words.push('ip6');
	if (vlan !== 0) words.push(`vlan ${printVlan(vlan)}`);
	if (skip !== 0) words.push(`k${skip}`);
	if (start) words.push('start');
	if (bytes.length > 0) words.push(printPayload(bytes));
	if (end) words.push('end');
	if (closed !== undefined) words.push(closed);
	return words.join(' ');
}

/**
 * Prints a chunk in the form that all chunk lines are compared in.
 *
 * @example
 * ```ts
 * chunks.subscribe(chunk => console.log(printChunk(chunk))); // C> k3 "GHI" end fin
 * ```
 */
export function printChunk(chunk: Reassembly): string {
	const { connection, direction, flow, skip, start, bytes, end, closed } = chunk;
	const { client, server } = connection;
	const version = client.address.includes(':') ? 6 : 4;
	const name = connectionBetween(client, server);
	return printChunkLine({ connection: name, direction, version, vlan: flow.vlan, skip, start, bytes, end, closed });
}
