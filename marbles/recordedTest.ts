import { Assembler } from '../src/assembly/assembler.js';
import { Timestamp } from '../src/timestamp.js';
import { TcpDecoder } from '../src/wire/tcpDecoder.js';
import { printChunk } from './chunkLine.js';
import type { RecordedPacket } from './connectionRecord.js';
import { InitialNumbers } from './initialNumbers.js';
import { KeyGiver } from './keyGiver.js';
import { writeScore } from './marbleScore.js';
import { type PacketLine, printPacketLine } from './packetLine.js';
import { packetFromLine } from './packetSource.js';

/** A marble test of recorded packets, in pieces. */
export interface RecordedTest {
	readonly marbles: string;
	readonly packets: ReadonlyMap<string, string>;
	readonly expected: string;
	readonly chunks: ReadonlyMap<string, string>;
}

/** Makes a test of packets: places them in time, and expects the chunks that come of them now. */
export function recordedTest(packets: readonly RecordedPacket[]): RecordedTest {
	const startMs = packets.reduce((least, { ms }) => Math.min(least, ms), 0);
	const timed = packets.map(({ line, ms }) => ({ line, ms: ms - startMs }));
	const groups = chunksOf(timed);
	const chunkKeys = new KeyGiver('chunks');
	const below = groups.map(chunks => chunks.map(chunk => chunkKeys.of(chunk)));
	const end = [...(below.pop() ?? []), '|'];
	const moments = timed.map(({ ms }, index) => ({ ms, above: ['.'], below: below[index] ?? [] }));
	const { below: expected, frames } = writeScore([...moments, { ms: 0, above: ['|'], below: end }]);
	const packetKeys = new KeyGiver('packets');
	const isns = new InitialNumbers(timed.map(({ line }) => line));
	const letters = timed.map(({ line, ms }, index) => {
		const timestamp = frames[index] === ms ? undefined : Timestamp.fromMs(ms);
		return packetKeys.of(printPacketLine({ ...isns.relative(line), timestamp }));
	});
	const lettered = moments.map((moment, index) => ({ ...moment, above: [letters[index] as string] }));
	const { above: marbles } = writeScore([...lettered, { ms: 0, above: ['|'], below: end }]);
	return { marbles, expected, packets: packetKeys.legend, chunks: chunkKeys.legend };
}

/** The chunks that come of each packet, and those that come at the end. */
function chunksOf(packets: readonly { readonly line: PacketLine; readonly ms: number }[]): string[][] {
	let chunks: string[] = [];
	const decoder = new TcpDecoder();
	const assembler = new Assembler({ chunk: chunk => chunks.push(printChunk(chunk)) });
	const groups = packets.map(({ line, ms }, index) => {
		chunks = [];
		const segment = decoder.decode(packetFromLine(line, ms, index + 1));
		if (segment !== null) assembler.push(segment);
		return chunks;
	});
	chunks = [];
	assembler.end();
	return [...groups, chunks];
}
