import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { lastValueFrom, type Observable, tap } from 'rxjs';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Connection } from '../../src/assembly/connection.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import { CaptureReader } from '../../src/capture/captureReader.js';
import type { Direction } from '../../src/flow.js';
import { fromFile } from '../../src/sources/fromFile.js';
import type { Segment } from '../../src/wire/segment.js';
import { TcpDecoder, type TcpDecoderOptions } from '../../src/wire/tcpDecoder.js';

/** One capture, as the index of the corpus (`captures.json`) has it. */
export interface CorpusCapture {
	readonly path: string;
	readonly format: string;
	readonly linktypes: Readonly<Record<string, number>>;
	readonly features: readonly string[];
	readonly tcp_packets: number;
	/** 3: three independent tools agree about every byte. */
	readonly trust: number;
	/** tshark and tcpflow agree about every byte. */
	readonly agreed: boolean;
	readonly oracle: string;
	readonly checksums?: 'verify';
	/** What tshark must be told to know a protocol: `tcp.port==8080,tls`. */
	readonly decode_as?: string;
}

/** What a stream really was: both sides, holes left out. */
export interface OracleStream {
	readonly a: string;
	readonly b: string;
	readonly a_bytes: number;
	readonly a_sha256: string;
	readonly b_bytes: number;
	readonly b_sha256: string;
}

/** An HTTP message that tshark has found. */
export interface OracleMessage {
	readonly kind: 'request' | 'response';
	/** Left out where there is none: HTTP/0.9, and what only looks like HTTP. */
	readonly version?: string;
	readonly method?: string;
	readonly uri?: string;
	readonly status?: number;
	/** Without chunk framing, still content-encoded. */
	readonly body_len: number;
}

/** What the programs that were recorded have noted themselves. */
export interface Truth {
	readonly capture: string;
	readonly connections: readonly TruthConnection[];
	/** Numbers of the frames that were taken out of the capture. */
	readonly frames_removed?: readonly number[];
}

export interface TruthConnection {
	readonly client: string;
	readonly server: string;
	readonly c2s_bytes: number;
	readonly c2s_sha256: string;
	readonly s2c_bytes: number;
	readonly s2c_sha256: string;
	/** `eof`, or the error that ended it. */
	readonly end: string;
	readonly tls: boolean;
	readonly http?: readonly TruthExchange[];
}

export interface TruthExchange {
	readonly method: string;
	readonly uri: string;
	readonly host: string;
	readonly req_body_len: number;
	readonly req_body_sha256: string | null;
	readonly status?: number;
	/** Of the body as it was sent, without chunk framing; left out where it is as long as the body. */
	readonly wire_body_len?: number;
	/** Of the decoded body. */
	readonly resp_body_len?: number;
	readonly resp_body_sha256?: string | null;
}

/** A folder of captures with their oracles. */
export class Corpus {
	readonly captures: readonly CorpusCapture[];

	constructor(private readonly folder: string) {
		this.captures = this.json<CorpusCapture[]>('captures.json');
	}

	pathOf({ path }: CorpusCapture): string {
		return join(this.folder, path);
	}

	oracleOf({ oracle }: CorpusCapture): readonly OracleStream[] {
		return this.json<{ streams: OracleStream[] }>(oracle).streams;
	}

	messagesOf({ oracle }: CorpusCapture): readonly OracleMessage[] {
		return this.json<{ http?: OracleMessage[] }>(oracle).http ?? [];
	}

	/** The recordings whose truth is known, each with its place in the index. */
	truths(): { readonly capture: CorpusCapture; readonly truth: Truth }[] {
		const names = existsSync(join(this.folder, 'netem')) ? readdirSync(join(this.folder, 'netem')) : [];
		return names
			.filter(name => name.endsWith('.truth.json'))
			.map(name => this.json<Truth>(join('netem', name)))
			.flatMap(truth => this.captures.filter(({ path }) => path === `netem/${truth.capture}`).map(capture => ({ capture, truth })));
	}

	private json<T>(path: string): T {
		return JSON.parse(readFileSync(join(this.folder, path), 'utf8')) as T;
	}
}

/** The corpus in the folder that CORPUS_DIR names; undefined, with a word about it, if there is none. */
export function openCorpus(leftOut: string): Corpus | undefined {
	const folder = process.env.CORPUS_DIR;
	if (folder !== undefined && existsSync(join(folder, 'captures.json'))) return new Corpus(folder);
	const why = folder === undefined ? 'CORPUS_DIR is not set' : `there is no captures.json in CORPUS_DIR (${folder})`;
	console.log(`${why}; left out: ${leftOut}`);
	return undefined;
}

/** What a file holds, unpacked if it is packed with gzip. */
export function bytesIn(path: string): Uint8Array {
	const bytes = readFileSync(path);
	return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** The TCP segments of a capture, with the packets numbered from 1. */
export function segmentsIn(path: string, options: TcpDecoderOptions = {}): Segment[] {
	const reader = new CaptureReader();
	const decoder = new TcpDecoder(options);
	const segments: Segment[] = [];
	reader.feed(bytesIn(path));
	for (let packet = reader.next(); packet !== null; packet = reader.next()) {
		const segment = decoder.decode(packet);
		if (segment !== null) segments.push(segment);
	}
	reader.end();
	return segments;
}

/** The chunks of a capture, as the command line makes them. */
export function chunksIn(corpus: Corpus, capture: CorpusCapture): Observable<Reassembly> {
	return fromFile(corpus.pathOf(capture)).pipe(
		decodeTcp({ checksums: capture.checksums ?? 'ignore' }),
		flushOlderThan(120_000, { closeIdleMs: 3_600_000, clock: 'packet' }),
		reassemble(),
	);
}

/** What came of one direction. */
export interface Side {
	readonly bytes: number;
	readonly skipped: number;
	readonly sha256: string;
}

export type ConnectionResult = { readonly client: string; readonly server: string } & { readonly sides: Readonly<Record<Direction, Side>> };

/** Each connection of a stream of chunks, in the order in which they began. */
export async function connectionsOf(chunks: Observable<Reassembly>): Promise<ConnectionResult[]> {
	const hashes = new Map<Connection, Record<Direction, Hash>>();
	const add = (chunk: Reassembly) => {
		const sides = hashes.get(chunk.connection) ?? { client: createHash('sha256'), server: createHash('sha256') };
		hashes.set(chunk.connection, sides);
		sides[chunk.direction].update(chunk.bytes);
	};
	await lastValueFrom(chunks.pipe(tap(add)), { defaultValue: undefined });
	const results = [...hashes].sort(([a], [b]) => a.id - b.id);
	return results.map(([connection, sides]) => {
		const side = (direction: Direction): Side => {
			const { bytes, skipped } = connection.statistics(direction);
			return { bytes, skipped, sha256: sides[direction].digest('hex') };
		};
		return {
			client: String(connection.client),
			server: String(connection.server),
			sides: { client: side('client'), server: side('server') },
		};
	});
}

export function sha256Of(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
