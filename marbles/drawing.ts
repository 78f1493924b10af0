import { Assembler } from '../src/assembly/assembler.js';
import { Flush } from '../src/assembly/flush.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import type { Direction } from '../src/flow.js';
import { Timestamp } from '../src/timestamp.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { printChunk } from './chunkLine.js';
import type { RecordedPacket } from './connectionRecord.js';
import { excerpt } from './excerpt.js';
import { InitialNumbers } from './initialNumbers.js';
import { printPacketLine } from './packetLine.js';
import { packetFromLine } from './packetSource.js';

/** A chunk in a picture. */
export interface DrawnChunk {
	readonly direction: Direction;
	/** Number of the packet that brought its first byte, from 1; 0 for none. */
	readonly packet: number;
	readonly skip: number;
	readonly text: string;
}

/** What happened at one moment: a packet, a flush, or the end; and what came out. */
export interface DrawnMoment {
	readonly ms: number;
	/** Its number from 1; 0: no packet. */
	readonly packet: number;
	readonly direction: Direction | undefined;
	readonly text: string;
	readonly bytes: number;
	readonly chunks: readonly DrawnChunk[];
}

/** Runs packets through the engine, and notes what came out when. */
export function momentsOf(packets: readonly RecordedPacket[], flushMs: number | undefined): DrawnMoment[] {
	const moments: DrawnMoment[] = [];
	let chunks: DrawnChunk[] = [];
	const decoder = new TcpDecoder();
	const assembler = new Assembler({ chunk: chunk => chunks.push(drawn(chunk)) });
	const note = (moment: Omit<DrawnMoment, 'chunks'>) => {
		moments.push({ ...moment, chunks });
		chunks = [];
	};
	const isns = new InitialNumbers(packets.map(({ line }) => line));
	for (const [index, { line, ms }] of packets.entries()) {
		if (flushMs !== undefined) assembler.flush(new Flush(ms, ms - flushMs, Number.NEGATIVE_INFINITY));
		if (chunks.length > 0) note({ ms, packet: 0, direction: undefined, text: 'flush: stopped waiting', bytes: 0 });
		const segment = decoder.decode(packetFromLine({ ...line, timestamp: Timestamp.fromMs(ms) }, ms, index + 1));
		if (segment !== null) assembler.push(segment);
		const text = excerpt(printPacketLine({ ...isns.relative(line), options: [], window: 65_535 }), []).slice(0, 60);
		note({ ms, packet: index + 1, direction: line.direction, text, bytes: line.payload.length });
	}
	assembler.end();
	note({ ms: packets.at(-1)?.ms ?? 0, packet: 0, direction: undefined, text: 'the end: nothing more comes', bytes: 0 });
	return moments;
}

function drawn(chunk: Reassembly): DrawnChunk {
	return { direction: chunk.direction, packet: chunk.packet, skip: chunk.skip, text: excerpt(printChunk(chunk), []).slice(0, 60) };
}

/** What a newcomer should know about a moment. */
export function explain(moment: DrawnMoment, all: readonly DrawnMoment[]): string {
	const holes = moment.chunks.filter(({ skip }) => skip > 0).map(({ skip }) => `${skip} bytes never came`);
	if (moment.packet === 0 || moment.bytes === 0) return holes.join(', ');
	const at = all.indexOf(moment);
	const out = all.findIndex(({ chunks }) => chunks.some(({ packet }) => packet === moment.packet));
	if (out < 0) return 'nothing new: sent again';
	const late = moment.chunks.some(({ packet }) => packet !== moment.packet && packet > 0)
		? ['fills the hole: what was held comes out']
		: [];
	return [...(out > at ? ['held: bytes before it are missing'] : []), ...late, ...holes].join(', ');
}
