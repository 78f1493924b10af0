import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Flush, type Reassembly, Segment, Timestamp } from 'rx-reassembly';
import { flushOlderThan, groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { type HttpExchange, http1 } from 'rx-reassembly/protocols';
import { from, lastValueFrom, map, type Observable, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../marbles/frame.js';
import { parsePacketLine } from '../../../marbles/packetLine.js';
import { bytesIn, openCorpus } from '../../support/corpus.js';
import { pcapFile } from '../../support/pcap.js';
import { captureOf, conversation, request, response } from '../cli/captures.js';
import { bytesOf, ethernet } from '../wire/packets.js';
import { segmentsIn, told, workers } from './runs.js';

type Items = Observable<Segment | Flush>;

const root = resolve(import.meta.dirname, '../../..');

/** The segments of a capture with marks among them, by its own time alone, so that they are the same every time. */
function marked(capture: Uint8Array, ageMs = 120_000): Items {
	return from(segmentsIn(capture)).pipe(flushOlderThan(ageMs, { clock: 'packet' }));
}

const list = (source: Observable<unknown>): Promise<string[]> => lastValueFrom(source.pipe(map(told), toArray()));

const toExchanges = (chunks: Observable<Reassembly>): Observable<HttpExchange> =>
	chunks.pipe(
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(http1))),
	);

/** What is in order within each connection must be so in both; between connections nothing is promised. */
function byConnection(lines: readonly string[]): Record<string, string[]> {
	const groups: Record<string, string[]> = {};
	for (const line of lines) {
		const { client, server, vlan, tunnel } = JSON.parse(line) as Record<'client' | 'server' | 'vlan' | 'tunnel', unknown>;
		const key = `${[client, server].sort()} ${vlan} ${tunnel}`;
		groups[key] = [...(groups[key] ?? []), line];
	}
	return groups;
}

/** The chunks of one thread and of two, and of three with small batches; and the same of HTTP exchanges. */
async function compare(items: Items, data = {}): Promise<number> {
	const chunks = await list(items.pipe(reassemble(data)));
	const wanted = byConnection(chunks);
	expect(byConnection(await list(items.pipe(workers('chunks', { shards: 2, data }))))).toEqual(wanted);
	return chunks.length;
}

async function compareExchanges(items: Items): Promise<number> {
	const exchanges = await list(items.pipe(reassemble(), toExchanges));
	const found = await list(items.pipe(workers('http', { shards: 2, batchBytes: 2000 })));
	expect(byConnection(found)).toEqual(byConnection(exchanges));
	return exchanges.length;
}

/** So many conversations at a time, their packets in turn; each line is given the name of its connection. */
function woven(names: string, lines: readonly string[]): string[] {
	return lines.flatMap((line, i) => [...names].map(name => `${name}:${line} @${1 + i / 100}`));
}

const upTo = 'ABCDEFGHIJKL';

describe('several threads and one', () => {
	it('should give the same of the recorded capture, chunks and exchanges', async () => {
		const items = marked(readFileSync(join(root, 'examples/captures/http.pcap')));
		expect(await compare(items)).toBeGreaterThan(50);
		expect(await compareExchanges(items)).toBe(15);
	});

	it.each(['', ' ip6', ' vlan 7', ' ip6 vlan 7'])('should give the same of many conversations at a time:%s', async suffix => {
		const items = marked(captureOf(woven(upTo, conversation(suffix))));
		expect(await compare(items)).toBeGreaterThan(4 * upTo.length);
		expect(await compareExchanges(items)).toBe(upTo.length);
	});

	it('should give the same where connections are told apart by VLANs, and where not', async () => {
		const lines = [...conversation(' vlan 7'), ...conversation(' vlan 8')];
		const items = marked(captureOf(lines.map((line, i) => `${line} @${1 + i}`)));
		await compare(items);
		await compare(items, { separateVlans: false });
	});

	it('should give the same where connections are told apart by tunnels, and where not', async () => {
		const inNetwork = (network: number, bytes: Uint8Array) => {
			const length = 36 + bytes.length;
			const udp = bytesOf(0xc3, 0x50, 18, 181, (length - 20) >> 8, (length - 20) & 255, 0, 0);
			const outer = bytesOf(0x45, 0, length >> 8, length & 255, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, network, 192, 0, 2, 9);
			return ethernet(8, 0, outer, udp, 8, 0, 0, 0, 0, 0, network, 0, bytes);
		};
		const records = conversation().flatMap((text, i) =>
			[1, 2].map(network => ({ bytes: inNetwork(network, frame(parsePacketLine(text))), seconds: 1_700_000_000 + i, fraction: 0 })),
		);
		const items = marked(pcapFile(records));
		const chunks = await lastValueFrom(items.pipe(reassemble(), toArray()));
		expect(new Set(chunks.map(({ flow }) => String(flow.tunnel)))).toEqual(new Set(['vxlan 1', 'vxlan 2']));
		const joined = await lastValueFrom(items.pipe(reassemble({ separateTunnels: false }), toArray()));
		expect(2 * joined.length).toBe(chunks.length);
		await compare(items);
		await compare(items, { separateTunnels: false });
	});

	it('should give the same of resets, of holes that never fill, and of silence', async () => {
		const [q, r] = [request.length, response.length];
		const lines = [
			...woven('ABC', [...conversation().slice(0, 4), `C> R ${1001 + q}:${1001 + q}(0)`]),
			...woven(
				'DEF',
				conversation().filter((_, i) => i !== 4),
			),
			...woven('GHI', conversation().slice(0, 6)),
			...woven('JKL', [...conversation().slice(3, 6), `S> R ${5001 + r}:${5001 + r}(0)`]),
		];
		const later = ['Z:C> S 0:0(0) @10', 'Z:C> . 1:2(1) "x" @20', 'Z:C> . 2:3(1) "x" @30', 'Z:C> . 3:4(1) "x" @90'];
		const items = marked(captureOf([...lines, ...later]), 5000);
		const chunks = await lastValueFrom(items.pipe(reassemble(), toArray()));
		const reasons = new Set(chunks.map(({ closed }) => closed));
		expect([...reasons].sort()).toEqual(['eof', 'fin', 'idle', 'rst', undefined]);
		expect(chunks.some(({ skip }) => skip > 0)).toBe(true);
		await compare(items);
		await compareExchanges(items);
	});

	it('should give the same of a generated capture, in whatever batches', async () => {
		const bodies = Array.from({ length: 40 }, (_, i) => `HTTP/1.1 200 OK\r\nContent-Length: ${i * 97}\r\n\r\n${'x'.repeat(i * 97)}`);
		const lines = [...upTo].flatMap((name, n) => {
			const parts = bodies.slice(n, n + 20);
			let at = 5001;
			const answers = parts.map(text => {
				const line = `${name}:S> P. ${at}:${at + text.length}(${text.length}) ack 1001 ${JSON.stringify(text)}`;
				at += text.length;
				return line;
			});
			// Every third comes early, every fifth twice, every seventh never.
			const moved = answers.flatMap((line, i) => (i % 3 === 1 ? [] : i % 3 === 2 ? [line, answers[i - 1] as string] : [line]));
			const damaged = moved.flatMap((line, i) => (i % 7 === 6 ? [] : i % 5 === 4 ? [line, line] : [line]));
			return [`${name}:C> S 1000:1000(0)`, `${name}:S> S. 5000:5000(0) ack 1001`, ...damaged];
		});
		const items = marked(captureOf(lines), 50);
		expect(await compare(items)).toBeGreaterThan(150);
		const wanted = byConnection(await list(items.pipe(reassemble())));
		for (const [shards, batchBytes, batchesInFlight] of [
			[1, 1, 1],
			[3, 300, 1],
			[4, 5000, 2],
		] as const) {
			const found = await list(items.pipe(workers('chunks', { shards, batchBytes, batchesInFlight })));
			expect(byConnection(found), `${shards} shards`).toEqual(wanted);
		}
	});

	it('should give the segments of fragments to the shard of their connection', async () => {
		const capture = fragmented(captureOf(woven(upTo, conversation())));
		const items = marked(capture);
		const whole = await lastValueFrom(items.pipe(toArray()));
		expect(whole.length).toBeGreaterThan(upTo.length * 8);
		await compare(items);
		expect(await compareExchanges(items)).toBe(upTo.length);
	});

	it('should group what comes back, as one thread does', async () => {
		const items = marked(captureOf(woven(upTo, conversation())));
		const found = await list(items.pipe(workers<Reassembly>('chunks', { shards: 2 }), toExchanges));
		expect(byConnection(found)).toEqual(byConnection(await list(items.pipe(reassemble(), toExchanges))));
	});
});

/** The same capture, with every IPv4 datagram that is long enough in two fragments. */
function fragmented(capture: Uint8Array): Uint8Array {
	const [ethernet, ip, first] = [14, 20, 40];
	const view = new DataView(capture.buffer);
	const records: Uint8Array[] = [capture.slice(0, 24)];
	const write = (from: number, payload: Uint8Array, offset: number, more: boolean, id: number) => {
		const record = new Uint8Array(16 + ethernet + ip + payload.length);
		record.set(capture.subarray(from, from + 16 + ethernet + ip));
		record.set(payload, 16 + ethernet + ip);
		const out = new DataView(record.buffer);
		out.setUint32(8, record.length - 16, true);
		out.setUint32(12, record.length - 16, true);
		out.setUint16(16 + ethernet + 2, ip + payload.length);
		out.setUint16(16 + ethernet + 4, id);
		out.setUint16(16 + ethernet + 6, (more ? 0x2000 : 0) | (offset / 8));
		records.push(record);
	};
	for (let at = 24, id = 1; at < capture.length; id++) {
		const end = at + 16 + view.getUint32(at + 8, true);
		const payload = capture.slice(at + 16 + ethernet + ip, end);
		if (payload.length <= first) records.push(capture.slice(at, end));
		else {
			write(at, payload.subarray(first), first, false, id);
			write(at, payload.subarray(0, first), 0, true, id);
		}
		at = end;
	}
	return Buffer.concat(records);
}

const corpus = openCorpus('the comparison of several threads with one on real captures');

/** Captures that are compared in one go, since workers take longer to start than most captures to read. */
const AT_ONCE = 12;
const HOUR_MS = 3_600_000;

/** The segments of some captures, one after the other: each begins an hour after the one before has ended. */
function oneAfterTheOther(captures: readonly Uint8Array[]): Segment[] {
	let now = 1_000_000_000_000;
	return captures.flatMap(capture => {
		const segments = segmentsIn(capture);
		const times = segments.map(({ timestamp }) => timestamp.ms);
		const late = now - Math.min(...times);
		now = Math.max(...times) + late + HOUR_MS;
		return segments.map(segment => {
			const { block, version, addressAt, headerAt, payloadAt, length, missing, vlan, seq, ack, flags, packet, tunnel } = segment;
			const time = Timestamp.fromMs(segment.timestamp.ms + late, 6);
			return new Segment(block, version, addressAt, headerAt, payloadAt, length, missing, vlan, seq, ack, flags, time, packet, tunnel);
		});
	});
}

describe.skipIf(corpus === undefined)('several threads and one, on real captures', () => {
	if (corpus === undefined) return;
	const captures = corpus.captures.filter(capture => capture.tcp_packets > 0);
	const groups = Array.from({ length: Math.ceil(captures.length / AT_ONCE) }, (_, i) => captures.slice(i * AT_ONCE, (i + 1) * AT_ONCE));

	it('should be there', () => {
		console.log(`${captures.length} captures`);
		expect(captures.length).toBeGreaterThan(0);
	});

	it.each(groups.map(group => ({ group, names: group.map(({ path }) => path).join(', ') })))(
		'should give the same: $names',
		async ({ group }) => {
			const segments = oneAfterTheOther(group.map(capture => bytesIn(corpus.pathOf(capture))));
			await compare(from(segments).pipe(flushOlderThan(120_000, { clock: 'packet' })));
		},
	);
});
