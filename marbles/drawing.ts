import type { AnomalyKind } from '../src/assembly/anomaly.js';
import { Assembler } from '../src/assembly/assembler.js';
import type { CloseReason } from '../src/assembly/closeReason.js';
import { Flush } from '../src/assembly/flush.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import type { Direction } from '../src/flow.js';
import { Timestamp } from '../src/timestamp.js';
import { TcpFlag } from '../src/wire/segment.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import type { RecordedPacket } from './connectionRecord.js';
import { SERVER_PORT } from './endpoints.js';
import { InitialNumbers } from './initialNumbers.js';
import { packetLabel } from './packetLabel.js';
import { packetFromLine } from './packetSource.js';
import { SeenBytes } from './seenBytes.js';

/** A chunk in a picture. */
export interface DrawnChunk {
	readonly side: Direction;
	/** Number of the packet that brought its bytes, from 1; 0 for none. */
	readonly packet: number;
	readonly skip: number;
	readonly length: number;
	readonly closed: CloseReason | undefined;
}

/** What happened at one moment: a packet, a flush, or the end; and what came out. */
export interface DrawnMoment {
	readonly ms: number;
	readonly what: 'packet' | 'flush' | 'end';
	/** Its number from 1; 0: no packet. */
	readonly packet: number;
	/** Who sent it; undefined: no packet. */
	readonly side: Direction | undefined;
	readonly text: string;
	/** It is a SYN: bytes in it are held until the other side has accepted them (RFC 7413). */
	readonly syn: boolean;
	/** Bytes of payload that it brought. */
	readonly bytes: number;
	/** How many of them had been sent before. */
	readonly repeated: number;
	/** Its SYN or its FIN had been sent before. */
	readonly repeatsControl: boolean;
	readonly chunks: readonly DrawnChunk[];
	readonly anomalies: readonly AnomalyKind[];
}

/** How the connection is put together. */
export interface DrawSettings {
	/** See `flushOlderThan`. */
	readonly flushMs?: number | undefined;
	readonly closeIdleMs?: number | undefined;
	/** See `reassemble`. */
	readonly midstream?: 'wait' | 'pickup' | number | undefined;
}

const noPacket = { packet: 0, side: undefined, syn: false, bytes: 0, repeated: 0, repeatsControl: false } as const;

/** Runs packets through the engine, and notes what came out when. */
export function momentsOf(packets: readonly RecordedPacket[], settings: DrawSettings): DrawnMoment[] {
	const moments: DrawnMoment[] = [];
	const engine = new WatchedEngine(settings);
	const isns = new InitialNumbers(packets.map(({ line }) => line));
	const seen = { client: new SeenBytes(), server: new SeenBytes() };
	for (const [index, { line, ms }] of packets.entries()) {
		const flushed = engine.flush(ms);
		if (flushed.chunks.length > 0) moments.push({ ...noPacket, ms, what: 'flush', text: 'flush: no longer waited for', ...flushed });
		const { bytes: repeated, control: repeatsControl } = seen[line.direction].add(line);
		const text = packetLabel(isns.relative(line));
		const syn = (line.flags & TcpFlag.syn) !== 0;
		const about = { packet: index + 1, syn, side: line.direction, text, bytes: line.payload.length - line.cut, repeated, repeatsControl };
		moments.push({ ms, what: 'packet', ...about, ...engine.push({ line, ms }, index + 1) });
	}
	moments.push({ ...noPacket, ms: packets.at(-1)?.ms ?? 0, what: 'end', text: 'the end of what is drawn', ...engine.end() });
	return moments;
}

/** What came of one call of the engine. */
type Outcome = Pick<DrawnMoment, 'chunks' | 'anomalies'>;

class WatchedEngine {
	private chunks: DrawnChunk[] = [];
	private anomalies: AnomalyKind[] = [];
	private readonly decoder = new TcpDecoder();
	private readonly assembler: Assembler;

	constructor(private readonly settings: DrawSettings) {
		const output = {
			chunk: (chunk: Reassembly) => void this.chunks.push(drawn(chunk)),
			anomaly: ({ kind }: { readonly kind: AnomalyKind }) => void this.anomalies.push(kind),
		};
		this.assembler = new Assembler(output, { midstream: settings.midstream });
	}

	flush(now: number): Outcome {
		const { flushMs = Number.POSITIVE_INFINITY, closeIdleMs = Number.POSITIVE_INFINITY } = this.settings;
		this.assembler.flush(new Flush(now, now - flushMs, now - closeIdleMs));
		return this.outcome();
	}

	push({ line, ms }: Pick<RecordedPacket, 'line' | 'ms'>, number: number): Outcome {
		const segment = this.decoder.decode(packetFromLine({ ...line, timestamp: Timestamp.fromMs(ms) }, ms, number));
		if (segment !== null) this.assembler.push(segment);
		return this.outcome();
	}

	end(): Outcome {
		this.assembler.end();
		return this.outcome();
	}

	private outcome(): Outcome {
		const { chunks, anomalies } = this;
		[this.chunks, this.anomalies] = [[], []];
		return { chunks, anomalies };
	}
}

function drawn({ flow, packet, skip, length, closed }: Reassembly): DrawnChunk {
	// Not its direction: where ports are used again the other side may be the client.
	return { side: flow.source.port === SERVER_PORT ? 'server' : 'client', packet, skip, length, closed };
}
