import { Assembler, CaptureReader, type Packet, type Reassembly, type Segment, TcpDecoder } from 'rx-reassembly';
import { decodeTcp, flushOlderThan, groupByConnection, groupByFlow, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { http1 } from 'rx-reassembly/protocols';
import { from, type Observable } from 'rxjs';
import { pcapOf } from './captureFile.js';
import { httpPackets, httpRequest, httpResponse } from './http.js';
import { type HttpMix, httpMixes } from './httpMixes.js';
import type { Kernel } from './kernel.js';
import { ParserAlone } from './parserAlone.js';
import { packetsOf, type ShapeName, shapes } from './shapes.js';

/** Every kernel, each on about `count` packets that are made beforehand. */
export function allKernels(count: number): Kernel[] {
	const mixed = [...packetsOf(shapes.mixed, count)];
	return [...readers(mixed), ...engines(count), ...operators(mixed), ...parsers(count)];
}

function readers(packets: readonly Packet[]): Kernel[] {
	const blocks: Uint8Array[] = [];
	for (const piece of pcapOf(packets)) blocks.push(new Uint8Array(piece));
	const wire = { unit: 'packet', items: packets.length, bytes: bytesOf(packets) };
	const decoder = new TcpDecoder();
	return [
		{ ...wire, name: 'CaptureReader', run: () => readAll(blocks) },
		{
			...wire,
			name: 'TcpDecoder',
			run() {
				for (const packet of packets) decoder.decode(packet);
			},
		},
	];
}

function readAll(blocks: readonly Uint8Array[]): void {
	const reader = new CaptureReader();
	for (const block of blocks) {
		reader.feed(block);
		while (reader.next() !== null);
	}
	reader.end();
}

const engineShapes: readonly (readonly [string, ShapeName])[] = [
	['in order, 50 flows', 'bulk'],
	['1 % reordered, 1,000 flows', 'mixed'],
	['short connections', 'small'],
	['5 % reordered, 1 % lost', 'lossy'],
];

function engines(count: number): Kernel[] {
	return engineShapes.map(([title, shape]) => {
		const segments = decoded([...packetsOf(shapes[shape], count)]);
		return {
			name: `Assembler, ${title}`,
			unit: 'packet',
			items: segments.length,
			bytes: segments.reduce((sum, { length }) => sum + length, 0),
			run() {
				const assembler = new Assembler({ chunk: () => undefined });
				for (const segment of segments) assembler.push(segment);
				assembler.end();
			},
		};
	});
}

function operators(packets: readonly Packet[]): Kernel[] {
	const segments = decoded(packets);
	const chunks: Reassembly[] = [];
	from(segments)
		.pipe(reassemble())
		.subscribe(chunk => chunks.push(chunk));
	const subscribed = (name: string, unit: string, items: number, observable: () => Observable<unknown>): Kernel => ({
		name,
		unit,
		items,
		run: () => drain(observable()),
	});
	return [
		subscribed('from (what the others have in them)', 'packet', packets.length, () => from(packets)),
		subscribed('decodeTcp', 'packet', packets.length, () => from(packets).pipe(decodeTcp())),
		subscribed('flushOlderThan', 'packet', packets.length, () => from(segments).pipe(flushOlderThan(120_000))),
		subscribed('reassemble', 'packet', packets.length, () => from(segments).pipe(reassemble())),
		subscribed('groupByConnection, mergeFlows', 'chunk', chunks.length, () =>
			from(chunks).pipe(
				groupByConnection(),
				mergeFlows(group => group),
			),
		),
		subscribed('groupByFlow, mergeFlows', 'chunk', chunks.length, () =>
			from(chunks).pipe(
				groupByFlow(),
				mergeFlows(group => group),
			),
		),
	];
}

function parsers(count: number): Kernel[] {
	const exchanges = Math.floor(count / 2);
	const chunks: Reassembly[] = [];
	from(httpPackets(exchanges))
		.pipe(decodeTcp(), reassemble())
		.subscribe(chunk => chunks.push(chunk));
	const shared = { unit: 'exchange', items: exchanges, bytes: exchanges * (httpRequest.length + httpResponse.length) };
	return [
		...httpMixes.slice(0, 2).flatMap(mix => [http1On(mix), parserAloneOn(mix)]),
		{
			...shared,
			name: 'groupByConnection, mergeFlows, parseWith(http1)',
			run: () =>
				drain(
					from(chunks).pipe(
						groupByConnection(),
						mergeFlows(connection => connection.pipe(parseWith(http1))),
					),
				),
		},
	];
}

/** `npm run bench:http1` compares them better: here they share the library, and spoil each other's code. */
function parserAloneOn({ name, pieces, exchanges }: HttpMix): Kernel {
	const all = pieces.map(({ bytes, origin }) => ({ bytes: Buffer.from(bytes), isServer: origin.direction === 'server' }));
	return {
		name: `http-parser-js alone, ${name}`,
		unit: 'exchange',
		items: exchanges,
		bytes: lengthOf(pieces),
		run() {
			const parser = new ParserAlone(() => undefined);
			for (const { bytes, isServer } of all) parser.push(bytes, isServer);
		},
	};
}

function http1On({ name, pieces, exchanges }: HttpMix): Kernel {
	return {
		name: `http1, one connection, ${name}`,
		unit: 'exchange',
		items: exchanges,
		bytes: lengthOf(pieces),
		run() {
			const parser = http1(() => undefined, { client: '10.0.0.1:1', server: '10.0.0.2:80' });
			for (const { bytes, origin } of pieces) parser.push(bytes, origin);
		},
	};
}

function lengthOf(pieces: HttpMix['pieces']): number {
	return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function decoded(packets: readonly Packet[]): Segment[] {
	const decoder = new TcpDecoder();
	return packets.map(packet => decoder.decode(packet)).filter(segment => segment !== null);
}

function bytesOf(packets: readonly Packet[]): number {
	return packets.reduce((sum, { start, end }) => sum + end - start + 16, 0);
}

function drain(observable: Observable<unknown>): void {
	observable.subscribe({
		error(error) {
			throw error;
		},
	});
}
