import type { Connection } from '../../src/assembly/connection.js';
import {
	Assembler,
	CaptureError,
	type CaptureErrorCode,
	Flush,
	type Packet,
	type Reassembly,
	type Segment,
	TcpDecoder,
} from '../../src/index.js';
import { http1, type Parser } from '../../src/protocols/index.js';
import { fromStream } from '../../src/sources/fromStream.js';
import { type Outcome, readAll } from '../src/capture/readAll.js';
import type { FuzzInput } from './fuzzCase.js';
import { RandomLaws } from './randomLaws.js';
import { optionSets } from './randomOptions.js';

/** What came of a case; it shows how deep the cases reach. */
export interface FuzzResult {
	/** The code of the error, or `fine`. */
	readonly end: string;
	readonly packets: number;
	readonly segments: number;
	readonly chunks: number;
	readonly messages: number;
}

/** What bytes alone can never lead to. */
const foreignCodes: ReadonlySet<CaptureErrorCode> = new Set<CaptureErrorCode>([
	...(['not-found', 'not-permitted', 'is-directory', 'io'] as const),
	...(['cap-missing', 'cap-not-built', 'no-such-device', 'bad-filter'] as const),
]);

const engines = Object.values(optionSets).filter(({ compat }) => compat === undefined);

/**
 * Reads a capture whole, in blocks, and as a stream; decodes, reassembles and parses what comes of it.
 *
 * @throws Error that says which law was broken, or whatever was thrown that should not have been.
 */
export async function runFuzz(input: FuzzInput): Promise<FuzzResult> {
	const { bytes, blocks, options } = input;
	const whole = readAll(bytes);
	checkRead(whole, bytes.length);
	checkSame('in blocks', readAll(...blocks), whole);
	const streamed = await streamOf(blocks);
	checkRead(streamed, Number.POSITIVE_INFINITY);
	// What is packed is unpacked on the way of a stream only.
	if (!isPacked(bytes)) checkSame('as a stream', streamed, whole);
	else if (blocks.length > 1) checkSame('packed, in one block', await streamOf([bytes]), streamed);
	return { end: streamed.error?.code ?? 'fine', packets: streamed.packets.length, ...reassembled(streamed.packets, options) };
}

function isPacked(bytes: Uint8Array): boolean {
	const [a, b, c, d] = bytes;
	return (a === 0x1f && b === 0x8b) || (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd);
}

function streamOf(blocks: readonly Uint8Array[]): Promise<Outcome> {
	return new Promise((resolve, reject) => {
		const packets: Packet[] = [];
		fromStream(inTurn(blocks)).subscribe({
			next: packet => packets.push(packet),
			error(error) {
				if (error instanceof CaptureError) resolve({ packets, error });
				else reject(error);
			},
			complete: () => resolve({ packets, error: undefined }),
		});
	});
}

async function* inTurn(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* blocks;
}

function checkRead({ packets, error }: Outcome, bytes: number): void {
	const offset = error?.offset ?? 0;
	demand(error === undefined || !foreignCodes.has(error.code), `there is no reason for ${error?.code}: ${error?.message}`);
	demand(error === undefined || error.offset !== undefined, `${error?.code} has no offset: ${error?.message}`);
	demand(Number.isInteger(offset) && offset >= 0 && offset <= bytes, `${error?.code} at ${offset} of ${bytes}`);
	let before = 0;
	packets.forEach(packet => {
		const { block, start, end, originalLength, number, timestamp } = packet;
		const name = `packet ${number}`;
		// Blocks of pcapng that are frames to Wireshark, but no packets, have numbers too.
		demand(Number.isInteger(number) && number > before, `${name} comes behind packet ${before}`);
		before = number;
		demand(0 <= start && start <= end && end <= block.length, `${name} is at ${start} to ${end} of ${block.length}`);
		demand(originalLength >= end - start, `${name} had ${originalLength} bytes, and has ${end - start}`);
		const isTime = Number.isSafeInteger(timestamp.seconds) && timestamp.nanoseconds >= 0 && timestamp.nanoseconds < 1e9;
		demand(isTime, `${name} was captured at ${timestamp.seconds} s and ${timestamp.nanoseconds} ns`);
		demand(/^[+-]?\d+-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(timestamp)), `${name} was captured at ${timestamp}`);
	});
}

function checkSame(how: string, found: Outcome, expected: Outcome): void {
	const [a, b] = [found.error, expected.error];
	demand(a?.code === b?.code && a?.offset === b?.offset, `${how}: ${a?.code} at ${a?.offset}, not ${b?.code} at ${b?.offset}`);
	demand(found.packets.length === expected.packets.length, `${how}: ${found.packets.length} packets, not ${expected.packets.length}`);
	found.packets.forEach((packet, i) => {
		demand(isSame(packet, expected.packets[i] as Packet), `${how}: packet ${i + 1} is another`);
	});
}

function isSame(a: Packet, b: Packet): boolean {
	if (a.originalLength !== b.originalLength || a.linkType !== b.linkType || a.source.id !== b.source.id) return false;
	if (a.timestamp.ms !== b.timestamp.ms || String(a.timestamp) !== String(b.timestamp)) return false;
	return a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
}

function reassembled(packets: readonly Packet[], options: number): Omit<FuzzResult, 'end' | 'packets'> {
	const decoder = new TcpDecoder({ checksums: options & 1 ? 'verify' : 'ignore', defragment: (options & 2) === 0 });
	const laws = new RandomLaws();
	const parsers = new Parsers();
	let [segments, chunks] = [0, 0];
	const output = {
		chunk(chunk: Reassembly) {
			chunks++;
			laws.see(chunk);
			parsers.feed(chunk);
		},
	};
	const assembler = new Assembler(output, engines[(options >>> 2) % engines.length]);
	packets.forEach((packet, i) => {
		const segment = decoder.decode(packet);
		if (segment === null) demand(typeof decoder.reason === 'string', `packet ${packet.number} was rejected without a reason`);
		else {
			segments++;
			checkSegment(segment, packet);
			const connection = assembler.push(segment);
			if (connection !== undefined) laws.pushed(connection, segment);
		}
		if ((i + options) % 50 === 0) assembler.flush(new Flush(packet.timestamp.ms, packet.timestamp.ms - 50, packet.timestamp.ms - 500));
	});
	assembler.flush(Flush.everything('idle'));
	assembler.end();
	laws.end();
	return { segments, chunks, messages: parsers.messages };
}

function checkSegment(segment: Segment, packet: Packet): void {
	const { block, addressAt, headerAt, payloadAt, length, missing, version } = segment;
	const addresses = version === 4 ? 8 : 32;
	const isInside = addressAt >= 0 && addressAt + addresses <= block.length && headerAt >= 0 && payloadAt + length <= block.length;
	demand(isInside, `the segment of packet ${packet.number} is not within its block`);
	demand(payloadAt >= headerAt + 20 && length >= 0, `the segment of packet ${packet.number} has ${length} bytes at ${payloadAt}`);
	demand(missing >= 0 && Number.isInteger(missing), `${missing} bytes of packet ${packet.number} are missing`);
	demand(segment.payload.length === length && String(segment.flow).includes('->'), `packet ${packet.number} says nonsense`);
}

/** A parser of HTTP for each connection, whatever that speaks. */
class Parsers {
	messages = 0;
	private readonly parsers = new Map<Connection, Parser>();

	feed(chunk: Reassembly): void {
		const { connection, skip, length, closed, last } = chunk;
		const parser = this.parsers.get(connection) ?? this.open(connection);
		if (skip !== 0) parser.gap(skip, chunk);
		if (length > 0) parser.push(chunk.bytes, chunk);
		if (closed !== undefined) parser.end(chunk);
		if (!last) return;
		parser.finish?.();
		this.parsers.delete(connection);
	}

	private open(connection: Connection): Parser {
		const ends = { client: String(connection.client), server: String(connection.server) };
		const parser = http1(() => void this.messages++, ends);
		this.parsers.set(connection, parser);
		return parser;
	}
}

function demand(holds: boolean, problem: string): void {
	if (!holds) throw new Error(problem);
}
