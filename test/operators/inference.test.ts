import { EMPTY, type GroupedObservable, type Observable, type OperatorFunction, of } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import {
	type ConnectionObservable,
	type Decoded,
	decodeTcp,
	decodeWith,
	type FlowObservable,
	type FlowReader,
	flushOlderThan,
	fromNdjson,
	groupByConnection,
	groupByFlow,
	type Line,
	mergeFlows,
	packetsOf,
	parseAsync,
	parseWith,
	reassemble,
	splitDelimiter,
	splitFixed,
	splitLengthPrefixed,
	splitLines,
	toAsyncIterable,
	toNdjson,
	toReadableStream,
} from '../../operators/index.js';
import type { Connection, Flow, Flush, Packet, Reassembly, Segment } from '../../src/index.js';
import { type Codec, chunkCodec, packetCodec } from '../../src/ndjson.js';
import { fromBytes, fromFile, inShards, type Saved, toPcap, toReadable } from '../../src/node.js';
import {
	detectProtocol,
	type Frame,
	type HttpExchange,
	http1,
	type ParserFactory,
	type RedisMessage,
	redis,
	type TlsMessage,
	tls,
} from '../../src/protocols/index.js';

// Nothing here runs: `tsc` is the judge.
declare const packets: Observable<Packet>;
declare const segments: Observable<Segment>;
declare const chunks: Observable<Reassembly>;
declare const connection: ConnectionObservable<Reassembly>;

describe('what operators are inferred to give', () => {
	it('should go from packets to chunks', () => {
		const types = () => {
			expectTypeOf(packets.pipe(decodeTcp())).toEqualTypeOf<Observable<Segment>>();
			expectTypeOf(segments.pipe(flushOlderThan(1000))).toEqualTypeOf<Observable<Segment | Flush>>();
			expectTypeOf(packets.pipe(flushOlderThan(1000))).toEqualTypeOf<Observable<Packet | Flush>>();
			expectTypeOf(segments.pipe(reassemble())).toEqualTypeOf<Observable<Reassembly>>();
			expectTypeOf(segments.pipe(flushOlderThan(1000), reassemble())).toEqualTypeOf<Observable<Reassembly>>();
			expectTypeOf(packets.pipe(packetsOf((_, segment) => segment.payload.length > 0))).toEqualTypeOf<Observable<Packet>>();
			// @ts-expect-error packets are to be decoded first
			packets.pipe(reassemble());
			// @ts-expect-error an option that is none
			reassemble({ maxFlow: 1 });
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should keep the type of what is grouped, and the key', () => {
		const types = () => {
			expectTypeOf(chunks.pipe(groupByFlow())).toEqualTypeOf<Observable<FlowObservable<Reassembly>>>();
			expectTypeOf(chunks.pipe(groupByConnection())).toEqualTypeOf<Observable<ConnectionObservable<Reassembly>>>();
			expectTypeOf(segments.pipe(groupByFlow())).toEqualTypeOf<Observable<GroupedObservable<Flow, Segment>>>();
			expectTypeOf(segments.pipe(flushOlderThan(1), groupByConnection())).toEqualTypeOf<
				Observable<GroupedObservable<Connection, Segment | Flush>>
			>();
			// @ts-expect-error texts are of no flow
			of('text').pipe(groupByFlow());
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should take what mergeFlows gives from its function, and the flow from what comes', () => {
		const types = () => {
			const merged = chunks.pipe(
				groupByFlow(),
				mergeFlows((flow, index) => {
					expectTypeOf(flow).toEqualTypeOf<FlowObservable<Reassembly>>();
					expectTypeOf(flow.key).toEqualTypeOf<Flow>();
					expectTypeOf(index).toEqualTypeOf<number>();
					return [{ name: 'a', size: 1 }];
				}),
			);
			expectTypeOf(merged).toEqualTypeOf<Observable<{ name: string; size: number }>>();
			const parsed = chunks.pipe(
				groupByConnection(),
				mergeFlows(each => each.pipe(parseWith(http1)), {
					errors: { next: ({ flow }) => expectTypeOf(flow).toEqualTypeOf<ConnectionObservable<Reassembly>>() },
				}),
			);
			expectTypeOf(parsed).toEqualTypeOf<Observable<HttpExchange>>();
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should take the messages from the parser', () => {
		const types = () => {
			expectTypeOf(connection.pipe(parseWith(http1))).toEqualTypeOf<Observable<HttpExchange>>();
			expectTypeOf(connection.pipe(parseWith(redis))).toEqualTypeOf<Observable<RedisMessage>>();
			const own: ParserFactory<{ word: string }> = emit => ({ push: () => emit({ word: 'a' }), gap: () => {}, end: () => {} });
			expectTypeOf(connection.pipe(parseWith(own))).toEqualTypeOf<Observable<{ word: string }>>();
			expectTypeOf(connection.pipe(parseWith(detectProtocol({ http1, tls })))).toEqualTypeOf<Observable<HttpExchange | TlsMessage>>();
			expectTypeOf(detectProtocol({ redis })).toEqualTypeOf<ParserFactory<RedisMessage>>();
			// @ts-expect-error there is no such protocol
			detectProtocol({ http9: http1 });
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should take what parseAsync gives from the generator', () => {
		const types = () => {
			const lengths = connection.pipe(
				parseAsync(async function* (bytes) {
					expectTypeOf(bytes).toEqualTypeOf<FlowReader>();
					for await (const piece of bytes) yield piece.length;
				}),
			);
			expectTypeOf(lengths).toEqualTypeOf<Observable<number>>();
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should give frames, and lines of lines', () => {
		const types = () => {
			expectTypeOf(connection.pipe(splitLines())).toEqualTypeOf<Observable<Line>>();
			expectTypeOf(connection.pipe(splitFixed(4))).toEqualTypeOf<Observable<Frame>>();
			expectTypeOf(connection.pipe(splitDelimiter('\0'))).toEqualTypeOf<Observable<Frame>>();
			expectTypeOf(splitLengthPrefixed).returns.toEqualTypeOf<OperatorFunction<Reassembly, Frame>>();
			// @ts-expect-error a chunk has no text
			chunks.pipe(splitLines()).subscribe((line: string) => line);
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should take values from their codec', () => {
		const types = () => {
			const codec = packetCodec;
			expectTypeOf(of('{}').pipe(fromNdjson(codec))).toEqualTypeOf<Observable<Packet>>();
			expectTypeOf(of(new Uint8Array()).pipe(fromNdjson(chunkCodec))).toEqualTypeOf<Observable<Reassembly>>();
			expectTypeOf(packets.pipe(toNdjson(codec))).toEqualTypeOf<Observable<string>>();
			const numeric = {} as Codec<number, string>;
			expectTypeOf(of('1').pipe(decodeWith(numeric))).toEqualTypeOf<Observable<number>>();
			expectTypeOf(of('1').pipe(decodeWith(numeric, { failures: 'drop' }))).toEqualTypeOf<Observable<number>>();
			expectTypeOf(of('1').pipe(decodeWith(numeric, { failures: 'value' }))).toEqualTypeOf<Observable<Decoded<number>>>();
			// @ts-expect-error the codec takes texts
			of(1).pipe(decodeWith(numeric));
			// @ts-expect-error chunks are no packets
			chunks.pipe(toNdjson(codec));
		};
		expectTypeOf(types).toBeFunction();
	});

	it('should keep the type of what leaves RxJS', () => {
		const types = () => {
			expectTypeOf(toAsyncIterable(of(1, 2))).toEqualTypeOf<AsyncIterable<number>>();
			expectTypeOf(toReadableStream(chunks)).toEqualTypeOf<ReadableStream<Uint8Array>>();
			expectTypeOf(toReadable(chunks)[Symbol.asyncIterator]).toBeFunction();
			expectTypeOf(packets.pipe(toPcap('a.pcap'))).toEqualTypeOf<Observable<Saved>>();
			expectTypeOf(segments.pipe(inShards<{ id: number }>(new URL('file:///a.js')))).toEqualTypeOf<Observable<{ id: number }>>();
			expectTypeOf(fromFile('a.pcap')).toEqualTypeOf<Observable<Packet>>();
			expectTypeOf(fromBytes(new Uint8Array())).toEqualTypeOf<Observable<Packet>>();
			expectTypeOf(EMPTY.pipe(decodeTcp())).toEqualTypeOf<Observable<Segment>>();
		};
		expectTypeOf(types).toBeFunction();
	});
});
