import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import * as t from 'io-ts';
import { firstValueFrom, from, type Observable, Subject, toArray } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { printChunk } from '../../marbles/chunkLine.js';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { type CodecOrMaker, fromNdjson } from '../../operators/fromNdjson.js';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { reassemble } from '../../operators/reassemble.js';
import { toNdjson } from '../../operators/toNdjson.js';
import type { Anomaly } from '../../src/assembly/anomaly.js';
import type { AssemblerCounters } from '../../src/assembly/counters.js';
import { Reassembly } from '../../src/assembly/reassembly.js';
import { NdjsonError, type NdjsonFailure } from '../../src/codec/ndjsonReader.js';
import {
	anomalyCodec,
	chunkCodec,
	connectionCodec,
	countersCodec,
	httpExchangeCodec,
	packetCodec,
	statisticsCodec,
} from '../../src/ndjson.js';
import type { Packet } from '../../src/packet.js';
import { type HttpExchange, http1 } from '../../src/protocols/index.js';
import { readAll } from '../src/capture/readAll.js';
import { checkOperator } from '../support/operatorChecklist.js';
import { conversations } from '../support/operatorsConversations.js';
import { record } from '../support/operatorsRecord.js';
import { chunksOf, packetsOf, segmentsOf } from '../support/operatorsTraffic.js';

const port = t.type({ port: t.number });
const portOf = (each: t.TypeOf<typeof port>) => String(each.port);

checkOperator('fromNdjson', {
	make: () => fromNdjson(port),
	items: () => ['{"port":1}\n{"po', 'rt":2}\n\n', new TextEncoder().encode('{"port":3}\r\n{"port":'), '4}'],
	print: portOf,
	output: ['1', '2', '3'],
	atEnd: ['4'],
});
checkOperator('toNdjson', {
	make: () => toNdjson(port),
	items: () => [{ port: 1 }, { port: 2 }],
	print: String,
	output: ['{"port":1}\n', '{"port":2}\n'],
});

/** What comes of values that are written and read again, the lines cut anywhere. */
async function roundTrip<A>(values: readonly A[], codec: CodecOrMaker<A>, size = 1000): Promise<A[]> {
	const lines = await firstValueFrom(from(values).pipe(toNdjson(codec), toArray()));
	expect(lines.every(line => /^\{"v":1,[^\n]*\n$/.test(line))).toBe(true);
	const text = lines.join('');
	const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
	return firstValueFrom(from(pieces).pipe(fromNdjson(codec), toArray()));
}

const fieldsOf = ({ direction, skip, start, end, offset, seen, packet, closed, last, flow, bytes }: Reassembly) => ({
	direction,
	skip,
	start,
	end,
	offset,
	seen,
	packet,
	closed,
	last,
	flow: flow.toNumbers().map(number => number | 0),
	bytes: Buffer.from(bytes).toString('hex'),
});

/** Which chunks are of one connection, as numbers. */
function identities(chunks: readonly Reassembly[]): number[] {
	const all = [...new Set(chunks.map(({ connection }) => connection))];
	return chunks.map(({ connection }) => all.indexOf(connection));
}

const packetsOfFile = (path: string): readonly Packet[] => readAll(new Uint8Array(readFileSync(path))).packets;

describe('NDJSON', () => {
	it('should give chunks back as they were, and those of a connection together', async () => {
		await fc.assert(
			fc.asyncProperty(conversations, fc.integer({ min: 1, max: 500 }), async (lines, size) => {
				const chunks = chunksOf(...lines);
				const back = await roundTrip(chunks, chunkCodec, size);
				expect(back.map(fieldsOf)).toEqual(chunks.map(fieldsOf));
				expect(back.map(printChunk)).toEqual(chunks.map(printChunk));
				expect(identities(back)).toEqual(identities(chunks));
				expect(back.every(chunk => chunk instanceof Reassembly)).toBe(true);
				const who = ({ connection: { id, client, server, guessed } }: Reassembly) => `${id} ${client} ${server} ${guessed}`;
				expect(back.map(who)).toEqual(chunks.map(who));
			}),
			{ numRuns: 60 },
		);
	});

	it('should give the final statistics of a connection back', async () => {
		const chunks = chunksOf(
			'C> S 0:0(0)',
			'S> S. 9:9(0) ack 1',
			'C> . 1:4(3) ack 10 "ABC"',
			'C> . 1:4(3) ack 10 "ABC"',
			'C> F. 5:5(0) ack 10',
		);
		const [back] = (await roundTrip(chunks, chunkCodec)).slice(-1) as [Reassembly];
		const given = chunks.at(-1) as Reassembly;
		for (const direction of ['client', 'server'] as const) {
			const [is, was] = [back.connection.statistics(direction), given.connection.statistics(direction)];
			expect({ ...is, flow: String(is.flow) }).toEqual({ ...was, flow: String(was.flow) });
		}
		expect(back.connection.statistics('client').retransmitted).toBe(1);
	});

	it('should group chunks that were read back, and parse what they carry, as on the first day', async () => {
		const packets = packetsOfFile(resolve(import.meta.dirname, '../../examples/captures/http.pcap'));
		const exchanges = (chunks: Observable<Reassembly>) =>
			firstValueFrom(
				chunks.pipe(
					groupByConnection(),
					mergeFlows(connection => connection.pipe(parseWith(http1))),
					toArray(),
				),
			);
		const chunks = from(packets).pipe(decodeTcp(), reassemble());
		const direct = await exchanges(chunks);
		expect(direct).toHaveLength(15);
		expect(await exchanges(chunks.pipe(toNdjson(chunkCodec), fromNdjson(chunkCodec)))).toEqual(direct);
		const back: HttpExchange[] = await roundTrip(direct, httpExchangeCodec);
		expect(back).toEqual(direct);
		expect(Object.getPrototypeOf(back[0]?.request?.headers)).toBeNull();
		const again = await roundTrip(packets, packetCodec);
		const facts = ({ bytes, number, timestamp, source }: Packet) => ({
			bytes: Buffer.from(bytes).toString('hex'),
			number,
			timestamp,
			source,
		});
		expect(again.map(facts)).toEqual(packets.map(facts));
	});

	it('should give packets, anomalies, counters, connections and statistics back', async () => {
		const [packet] = packetsOf('C> S 0:0(0)') as [Packet];
		const [back] = (await roundTrip([packet], packetCodec)) as [Packet];
		expect({ ...back, block: back.bytes }).toEqual({ ...packet, block: new Uint8Array(packet.bytes), start: 0, end: packet.bytes.length });
		const anomalies: Anomaly[] = [];
		const counters: AssemblerCounters[] = [];
		const told = {
			anomalies: { next: (each: Anomaly) => anomalies.push(each) },
			counters: { next: (each: AssemblerCounters) => counters.push(each) },
		};
		from(segmentsOf('C> S 0:0(0)', 'S> S. 9:9(0) ack 1', 'C> F. 1:1(0) ack 10', 'C> . 2:5(3) "ABC"', 'S> R 90:90(0)'))
			.pipe(reassemble(told))
			.subscribe();
		expect(anomalies.length).toBeGreaterThan(1);
		const text = ({ kind, flow, connection, sequence, length, seen, packet }: Anomaly) =>
			`${kind} ${flow} ${connection.id} ${connection.client} ${sequence} ${length} ${seen} ${packet}`;
		const read = await roundTrip(anomalies, anomalyCodec);
		expect(read.map(text)).toEqual(anomalies.map(text));
		expect(new Set(read.map(({ connection }) => connection)).size).toBe(1);
		expect(await roundTrip(counters, countersCodec)).toEqual(counters);
		const { connection } = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"').at(-1) as Reassembly;
		const [known] = await roundTrip([connection], connectionCodec);
		expect(known?.statistics('client')).toEqual(connection.statistics('client'));
		expect(await roundTrip([connection.statistics('server')], statisticsCodec)).toEqual([connection.statistics('server')]);
	});

	it('should write a chunk so that people and tools can read it, and read what it wrote today ever after', async () => {
		const [, chunk] = chunksOf('C> S 0:0(0)', 'C> . 1:4(3) "ABC"') as [Reassembly, Reassembly];
		const line =
			'{"v":1,"connection":{"id":1,"client":"10.0.0.1:1024","server":"10.0.0.2:80"},"direction":"client","packet":2,' +
			'"seen":"1970-01-01T00:00:00.001Z","offset":0,"bytes":"QUJD"}\n';
		expect(record(from([chunk]).pipe(toNdjson(chunkCodec))).lines).toEqual([line, '|']);
		expect(record(from([line]).pipe(fromNdjson(chunkCodec)), printChunk).lines).toEqual(['C> "ABC"', '|']);
		const later = line.replace('"packet"', '"flavour":{"v":7},"__proto__":5,"packet"');
		expect(record(from([later]).pipe(fromNdjson(chunkCodec)), printChunk).lines).toEqual(['C> "ABC"', '|']);
		expect(record(from([line.replace('"v":1,', '')]).pipe(fromNdjson(chunkCodec)), printChunk).lines).toEqual(['C> "ABC"', '|']);
		expect(record(from([line.replace('"v":1', '"v":2')]).pipe(fromNdjson(chunkCodec))).lines).toEqual([
			'# line 1: v: expected version 1, got 2',
		]);
	});

	it('should forget connections beyond so many, and those that have ended', () => {
		const line = (id: number, last = false) =>
			`{"connection":{"id":${id},"client":"10.0.0.1:1","server":"10.0.0.2:80"},"direction":"client","seen":"1970-01-01T00:00:00Z","offset":0,"bytes":"","last":${last}}\n`;
		const read = (...lines: string[]) => {
			const chunks: Reassembly[] = [];
			from(lines)
				.pipe(fromNdjson(() => chunkCodec({ maxConnections: 2 })))
				.subscribe(chunk => chunks.push(chunk));
			return identities(chunks);
		};
		expect(read(line(1), line(2), line(1), line(2))).toEqual([0, 1, 0, 1]);
		expect(read(line(1), line(2), line(3), line(2), line(1))).toEqual([0, 1, 2, 1, 3]);
		expect(read(line(1), line(1, true), line(1))).toEqual([0, 0, 1]);
		expect(() => chunkCodec({ maxConnections: 0 })).toThrow(TypeError);
	});
});

describe('fromNdjson', () => {
	it('should say the number of the line that it cannot read, and why', () => {
		const read = (text: string, options = {}) => record(from([text]).pipe(fromNdjson(port, options)), portOf).lines;
		expect(read('{"port":1}\n\n{"port":"x"}\n')).toEqual(['1', '# line 3: port: expected number, got "x"']);
		expect(read('{"port":1}\n{port')[1]).toMatch(/^# line 2: no JSON: /);
		expect(read(`{"port":1}\n${'x'.repeat(50)}\n{"port":2}`, { maxLineBytes: 20 })).toEqual([
			'1',
			'# line 2: longer than maxLineBytes, 20 bytes',
		]);
		expect(read('[]\n')).toEqual(['# line 1: expected { port: number }, got an array of 0']);
		let error: unknown;
		from(['5'])
			.pipe(fromNdjson(port))
			.subscribe({ error: given => (error = given) });
		expect(error).toBeInstanceOf(NdjsonError);
		expect(error).toMatchObject({ line: 1, name: 'NdjsonError' });
	});

	it('should go on behind what it cannot read if it is told so, and tell of it', () => {
		const failed: NdjsonFailure[] = [];
		const text = `{"port":1}\n{\n${'x'.repeat(50)}\n5\n{"port":2}\n`;
		const options = { failures: 'drop', maxLineBytes: 20, failed: { next: (failure: NdjsonFailure) => failed.push(failure) } } as const;
		expect(record(from(text).pipe(fromNdjson(port, options)), portOf).lines).toEqual(['1', '2', '|']);
		expect(failed.map(({ line }) => line)).toEqual([2, 3, 4]);
	});

	it('should read texts and bytes that are cut within a character, and pass over a byte order mark', () => {
		const name = t.type({ name: t.string });
		const text = '\uFEFF{"name":"a€😀"}\n{"name":"\uD83D"}\n';
		const texts = [...Array(text.length).keys()].map(i => text[i] as string);
		const read = (pieces: readonly (string | Uint8Array)[]) => record(from(pieces).pipe(fromNdjson(name)), each => each.name).lines;
		expect(read(texts)).toEqual(['a€😀', '\uFFFD', '|']);
		expect(read(Array.from(new TextEncoder().encode(text), byte => Uint8Array.of(byte)))).toEqual(['a€😀', '\uFFFD', '|']);
		expect(read(['{"name":"\uD83D', new TextEncoder().encode('"}')])).toEqual(['\uFFFD', '|']);
	});

	it('should survive anything', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constant('\n'), fc.uint8Array())), pieces => {
				const source = new Subject<string | Uint8Array>();
				const { lines } = record(source.pipe(fromNdjson(chunkCodec, { failures: 'drop' })));
				for (const piece of pieces) source.next(piece);
				source.complete();
				expect(lines).toEqual(['|']);
			}),
		);
	});

	it('should survive lists of anything wrong, and never say much of it', () => {
		const many = JSON.stringify({ v: 1, request: { rawHeaders: new Array(300_000).fill(1), headers: { a: 5 } } });
		const [line] = record(from([many]).pipe(fromNdjson(httpExchangeCodec))).lines as [string];
		expect(line).toMatch(/^# line 1: client: expected a text, got undefined; /);
		expect(line.length).toBeLessThan(3000);
	});

	it('should refuse wrong arguments at the call', () => {
		expect(() => fromNdjson({} as never)).toThrow('fromNdjson: codec must be an io-ts codec, or a function that makes one');
		expect(() => toNdjson(undefined as never)).toThrow('toNdjson: codec must be');
		expect(() => fromNdjson(port, { maxLineBytes: 0 })).toThrow('option maxLineBytes');
		expectTypeOf(from(['']).pipe(fromNdjson(chunkCodec))).toEqualTypeOf<Observable<Reassembly>>();
	});
});
