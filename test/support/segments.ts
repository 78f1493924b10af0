import { printChunk } from '../../marbles/chunkLine.js';
import { frame } from '../../marbles/frame.js';
import type { PacketLine } from '../../marbles/packetLine.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import type { Anomaly } from '../../src/assembly/anomaly.js';
import { Assembler, type AssemblerMode } from '../../src/assembly/assembler.js';
import { Flush } from '../../src/assembly/flush.js';
import type { AssemblerOptions } from '../../src/assembly/limits.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Direction } from '../../src/flow.js';
import type { Tunnel } from '../../src/tunnel.js';
import { Segment } from '../../src/wire/segment.js';
import { TcpDecoder } from '../../src/wire/tcpDecoder.js';
import { ChunkLaws } from './segmentsLaws.js';

/** What a segment may say besides its sequence number and payload. */
export interface SegmentFields {
	/** As tcpdump writes them. Default `.`. */
	readonly flags?: string;
	/** Acknowledgment number. Default: that of the cases in SEMANTICS, 5001 from the client and 1001 from the server. */
	readonly ack?: number;
	/** When it was captured, in ms. Default 0. */
	readonly ms?: number;
	/** Its number in the capture. Default 0. */
	readonly packet?: number;
	/** Payload bytes that the capture cut off. */
	readonly cut?: number;
	/** `A` to `Z` for other connections than the default one. */
	readonly connection?: string;
	readonly version?: 4 | 6;
	readonly vlan?: number;
	readonly tunnel?: Tunnel | null;
	readonly pad?: boolean;
}

type Payload = string | Uint8Array;

const template = parsePacketLine('C> none 0:0(0)');
const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, '.': 16, U: 32 };
const decoder = new TcpDecoder();

/** A segment from the client: `c(1001, 'ABC')`, `c(1000, '', { flags: 'S' })`. */
export function c(seq: number, payload: Payload = '', fields: SegmentFields = {}): Segment {
	return segmentOf('client', seq, payload, { ack: 5001, ...fields });
}

/** A segment from the server, likewise. */
export function s(seq: number, payload: Payload = '', fields: SegmentFields = {}): Segment {
	return segmentOf('server', seq, payload, { ack: 1001, ...fields });
}

/** The handshake that the cases of SEMANTICS start with: the first bytes are 1001 and 5001. */
export const handshake: readonly Segment[] = [c(1000, '', { flags: 'S' }), s(5000, '', { flags: 'S.' }), c(1001)];

/** What the handshake gives. */
export const handshakeLines: readonly string[] = ['C> start', 'S> start'];

/** Encodes a real frame, and decodes it. */
function segmentOf(direction: Direction, seq: number, payload: Payload, fields: SegmentFields): Segment {
	const { flags = '.', ack = 0, ms = 0, packet = 0, cut = 0, connection = '', version = 4, vlan = 0, pad = false } = fields;
	const bits = [...flags].reduce((sum, letter) => sum | (flagBits[letter] as number), 0);
	const line: PacketLine = {
		...template,
		direction,
		connection,
		flags: bits,
		seq: seq >>> 0,
		ack: (bits & 16) === 0 ? 0 : ack >>> 0,
		payload: typeof payload === 'string' ? bytesOf(payload) : payload,
		version,
		vlan,
		pad,
		cut,
	};
	const segment = decoder.decode(packetFromLine(line, ms, packet));
	if (segment === null) throw new Error(`the frame is ${decoder.reason}: ${frame(line)}`);
	return fields.tunnel === undefined ? segment : changed(segment, { tunnel: fields.tunnel });
}

/** A copy with some of its numbers changed, whether they make sense or not. */
export function changed(
	segment: Segment,
	fields: { readonly seq?: number; readonly missing?: number; readonly tunnel?: Tunnel | null },
): Segment {
	return Object.assign(Object.create(Segment.prototype), segment, fields);
}

/** Text as bytes, a character each. */
export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}

/** Bytes as text, a character each. */
export function textOf(bytes: Iterable<number>): string {
	return Array.from(bytes, byte => String.fromCharCode(byte)).join('');
}

/** An assembler whose chunks are printed, and held to the laws that all chunks obey. */
export class Bench {
	readonly chunks: Reassembly[] = [];
	readonly anomalies: Anomaly[] = [];
	readonly assembler: Assembler;
	private readonly laws = new ChunkLaws();
	private told = 0;

	constructor(options: AssemblerOptions = {}, mode: AssemblerMode = {}) {
		const chunk = (given: Reassembly) => {
			this.laws.see(given);
			this.chunks.push(given);
		};
		this.assembler = new Assembler({ chunk, anomaly: anomaly => this.anomalies.push(anomaly) }, options, mode);
	}

	get counters(): Assembler['counters'] {
		return this.assembler.counters;
	}

	/** Pushes segments; answers the chunks that they gave, as lines. */
	push(...segments: readonly Segment[]): string[] {
		for (const segment of segments) this.assembler.push(segment);
		return this.news();
	}

	/** Stops waiting for what came before `holesBefore` ms, and closes what was last seen before `idleBefore` ms. */
	flush(holesBefore: number, idleBefore = Number.NEGATIVE_INFINITY, now = Math.max(holesBefore, idleBefore)): string[] {
		this.assembler.flush(new Flush(now, holesBefore, idleBefore));
		return this.news();
	}

	end(): string[] {
		this.assembler.end();
		this.laws.end();
		return this.news();
	}

	/** The anomalies so far: `overlap-conflict 1004+3`. */
	get anomalyLines(): string[] {
		return this.anomalies.map(({ kind, sequence, length }) => `${kind} ${sequence}+${length}`);
	}

	/** The bytes of one direction so far, `.` for each that is missing. */
	stream(direction: Direction = 'client'): string {
		const own = this.chunks.filter(chunk => chunk.direction === direction);
		return own.map(({ skip, bytes }) => '.'.repeat(Math.max(0, skip)) + textOf(bytes)).join('');
	}

	private news(): string[] {
		const lines = this.chunks.slice(this.told).map(printChunk);
		this.told = this.chunks.length;
		return lines;
	}
}
