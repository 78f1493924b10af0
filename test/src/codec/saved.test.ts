import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { firstValueFrom, from, type Observable, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { printChunk } from '../../../marbles/chunkLine.js';
import { decodeTcp } from '../../../operators/decodeTcp.js';
import { type CodecOrMaker, fromNdjson } from '../../../operators/fromNdjson.js';
import { groupByConnection } from '../../../operators/groupByConnection.js';
import { mergeFlows } from '../../../operators/mergeFlows.js';
import { parseWith } from '../../../operators/parseWith.js';
import { reassemble } from '../../../operators/reassemble.js';
import { toNdjson } from '../../../operators/toNdjson.js';
import {
	anomalyCodec,
	chunkCodec,
	connectionCodec,
	countersCodec,
	decodeCountersCodec,
	dnsExchangeCodec,
	flowCodec,
	httpExchangeCodec,
	mqttMessageCodec,
	packetCodec,
	postgresMessageCodec,
	redisMessageCodec,
	statisticsCodec,
	tlsMessageCodec,
	webSocketMessageCodec,
} from '../../../src/ndjson.js';
import { http1 } from '../../../src/protocols/index.js';
import { DecodeCounters } from '../../../src/wire/decodeCounters.js';

/**
 * What was written by version 1 of the format. Nobody may ever change these files: they stand for all that was saved.
 * A conversation of nine packets on an interface with a name, in a tunnel in a tunnel; two bytes of it are missing. And messages
 * of other protocols, whole ones and such as were lost.
 */
const folder = resolve(import.meta.dirname, 'saved');
const pathOf = (name: string) => resolve(folder, `${name}.v1.ndjson`);
const saved = <A>(name: string, codec: CodecOrMaker<A>): Observable<A> => from(createReadStream(pathOf(name))).pipe(fromNdjson(codec));
const all = <A>(values: Observable<A>): Promise<A[]> => firstValueFrom(values.pipe(toArray()));

const codecs = {
	anomalies: anomalyCodec,
	chunks: chunkCodec,
	connections: connectionCodec,
	counters: countersCodec,
	decodeCounters: decodeCountersCodec,
	dnsExchanges: dnsExchangeCodec,
	exchanges: httpExchangeCodec,
	flows: flowCodec,
	mqttMessages: mqttMessageCodec,
	packets: packetCodec,
	postgresMessages: postgresMessageCodec,
	redisMessages: redisMessageCodec,
	statistics: statisticsCodec,
	tlsMessages: tlsMessageCodec,
	webSocketMessages: webSocketMessageCodec,
} as unknown as Readonly<Record<string, CodecOrMaker<unknown>>>;
const tunnel = 'ipip 192.0.2.1-192.0.2.2 in vxlan 42';

describe('what was saved by version 1', () => {
	it('should be there of everything that is saved', () => {
		expect(readdirSync(folder).sort()).toEqual(Object.keys(codecs).map(name => `${name}.v1.ndjson`));
	});

	it.each(Object.entries(codecs))('should lose nothing when it is read and written again: %s', async (name, codec) => {
		const lines = await all(saved(name, codec).pipe(toNdjson(codec)));
		const asObjects = (text: string) =>
			text
				.trimEnd()
				.split('\n')
				.map(line => JSON.parse(line));
		expect(asObjects(lines.join(''))).toMatchObject(asObjects(readFileSync(pathOf(name), 'utf8')));
	});

	it('should be the same chunks, of one connection, in its tunnels', async () => {
		const chunks = await all(saved('chunks', chunkCodec));
		expect(chunks.map(printChunk)).toEqual([
			'C> start',
			'S> start',
			'C> "GET / HTTP/1.1\\r\\n"',
			'C> "Host: a.test\\r\\n\\r\\n"',
			'S> "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhello"',
			'C> end fin',
			'S> k2 "ld"',
			'S> end fin',
		]);
		expect(new Set(chunks.map(({ connection }) => connection)).size).toBe(1);
		expect(new Set(chunks.map(({ flow }) => flow)).size).toBe(2);
		expect(new Set(chunks.map(({ flow }) => String(flow.tunnel)))).toEqual(new Set([tunnel]));
		expect(chunks.map(({ packet }) => packet)).toEqual([1, 2, 3, 4, 5, 8, 6, 7]);
		expect(chunks.map(({ last }) => last).indexOf(true)).toBe(7);
		const [client, server] = (['client', 'server'] as const).map(direction => chunks[0]?.connection.statistics(direction));
		expect(client).toMatchObject({ packets: 5, bytes: 32, dropped: 3, closed: 'fin' });
		expect(server).toMatchObject({ packets: 4, bytes: 45, skipped: 2, outOfOrder: 1, closed: 'fin' });
	});

	it('should be parsed as chunks are that come from a wire', async () => {
		const parsed = await all(
			saved('chunks', chunkCodec).pipe(
				groupByConnection(),
				mergeFlows(connection => connection.pipe(parseWith(http1))),
			),
		);
		expect(parsed).toEqual(await all(saved('exchanges', httpExchangeCodec)));
		expect(parsed).toMatchObject([{ request: { method: 'GET', host: 'a.test' }, response: { status: 200, bodyLength: 7, missing: 2 } }]);
	});

	it('should be the same packets, that give the same chunks', async () => {
		const packets = await all(saved('packets', packetCodec));
		expect(packets.map(({ source }) => source)).toEqual(
			Array(9).fill({ linkType: 1, id: 1, name: 'eth0', description: 'the wire', snapLength: 262_144 }),
		);
		const chunks = await all(from(packets).pipe(decodeTcp(), reassemble()));
		expect(chunks.map(printChunk)).toEqual((await all(saved('chunks', chunkCodec))).map(printChunk));
	});

	it('should be the same flows, statistics, connections, anomalies and counters', async () => {
		const flows = await all(saved('flows', flowCodec));
		expect(flows.map(flow => `${flow} ${flow.tunnel}`)).toEqual([
			`10.0.0.1:1024->10.0.0.2:80 ${tunnel}`,
			`10.0.0.2:80->10.0.0.1:1024 ${tunnel}`,
		]);
		const [client, server] = await all(saved('statistics', statisticsCodec));
		const [connection] = await all(saved('connections', connectionCodec));
		expect(connection).toMatchObject({ id: 1, guessed: false, client: flows[0]?.source, server: flows[0]?.destination });
		expect(String(connection?.statistics('server').flow.tunnel)).toBe(tunnel);
		expect([client?.bytes, connection?.statistics('client').bytes]).toEqual([32, 32]);
		expect([server?.skipped, connection?.statistics('server').skipped]).toEqual([2, 2]);
		const [anomaly] = await all(saved('anomalies', anomalyCodec));
		expect(anomaly).toMatchObject({ kind: 'data-after-fin', sequence: 34, length: 3, packet: 9, connection: { id: 1 } });
		expect(`${anomaly?.flow} ${anomaly?.flow.tunnel}`).toBe(`${flows[0]} ${tunnel}`);
		const [counters] = await all(saved('counters', countersCodec));
		expect(counters).toMatchObject({ connections: 1, closed: { fin: 2, rst: 0 }, anomalies: { 'data-after-fin': 1, 'late-data': 0 } });
		const [decoding] = await all(saved('decodeCounters', decodeCountersCodec));
		expect(decoding).toEqual(Object.assign(new DecodeCounters(), { offloaded: 2, fragmentsEvicted: 3 }));
		expect(decoding).toBeInstanceOf(DecodeCounters);
	});

	it('should be the same messages of other protocols', async () => {
		const hellos = await all(saved('tlsMessages', tlsMessageCodec));
		expect(hellos[0]).toMatchObject({ type: 'clientHello', sni: 'example.test', ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1' });
		const [exchange] = await all(saved('dnsExchanges', dnsExchangeCodec));
		expect(exchange?.response?.answers.map(({ type, data }) => [type, data]).slice(0, 4)).toEqual([
			['A', '192.0.2.1'],
			['MX', { preference: 3, exchange: 'mx.test' }],
			['TXT', [Uint8Array.of(97), Uint8Array.of(0, 255)]],
			['NULL', Uint8Array.of(1, 2, 3)],
		]);
		const frames = await all(saved('webSocketMessages', webSocketMessageCodec));
		expect(frames.map(({ text }) => text)).toEqual(['hällo', '\0\uFFFD', 'longer t', '', 'ok', '', 'lo', '']);
		expect(frames.map(({ truncated }) => truncated).indexOf(true)).toBe(2);
		const replies = await all(saved('redisMessages', redisMessageCodec));
		expect(replies.map(({ reply }) => `${reply} ${reply?.truncated}`)).toEqual(['[a, [(integer) 1]] false', 'abc true', 'null undefined']);
		const [startup, query] = await all(saved('postgresMessages', postgresMessageCodec));
		expect(startup).toMatchObject({ kind: 'startup', user: 'ann', database: null });
		expect(query).toMatchObject({ kind: 'query', results: [{ columns: ['a'], rows: 1 }], error: { code: '42P01' } });
		const [, publish] = await all(saved('mqttMessages', mqttMessageCodec));
		expect(publish).toMatchObject({ cmd: 'publish', payload: Uint8Array.of(1, 2), version: 5 });
		expect(publish?.properties).toEqual({ correlationData: Uint8Array.of(1, 2), userProperties: { base64: 'no bytes' } });
	});
});
