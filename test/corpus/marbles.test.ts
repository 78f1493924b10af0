import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { captureToMarbles } from '../../marbles/captureToMarbles.js';
import { drawMarbles } from '../../marbles/drawMarbles.js';
import { frame } from '../../marbles/frame.js';
import { InitialNumbers } from '../../marbles/initialNumbers.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { CaptureReader } from '../../src/capture/captureReader.js';
import type { Flow } from '../../src/flow.js';
import type { Packet } from '../../src/packet.js';
import { fromBytes } from '../../src/sources/fromBytes.js';
import type { Segment } from '../../src/wire/segment.js';
import { TcpFlag } from '../../src/wire/segment.js';
import { TcpDecoder } from '../../src/wire/tcpDecoder.js';
import { expectPrintable, wordsOfSvg } from '../marbles/drawings.js';
import { bytesIn, openCorpus, segmentsIn } from '../support/corpus.js';

const PACKETS_MAX = 20_000;

const corpus = openCorpus('connections of real captures, drawn, and written as tests and read again');
const captures = (corpus?.captures ?? [])
	.filter(({ tcp_packets }) => tcp_packets > 0 && tcp_packets <= PACKETS_MAX)
	.map(capture => ({ name: capture.path, path: corpus?.pathOf(capture) ?? '' }));
const totals = { drawn: 0, compared: 0, packets: 0, bytes: 0 };

function packetsIn(path: string): Packet[] {
	const reader = new CaptureReader();
	reader.feed(bytesIn(path));
	const packets: Packet[] = [];
	for (let packet = reader.next(); packet !== null; packet = reader.next()) packets.push(packet);
	return packets;
}

/** The flow with the most packets. */
function busiestOf(segments: readonly Segment[]): Flow | undefined {
	const counts = new Map<string, { count: number; readonly flow: Flow }>();
	for (const { flow } of segments) {
		const entry = counts.get(flow.toString()) ?? { count: 0, flow };
		entry.count++;
		counts.set(flow.toString(), entry);
	}
	return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.flow;
}

/** What a packet is to TCP, with numbers that count from the first SYN of their side. */
interface Told {
	readonly client: boolean;
	readonly flags: number;
	readonly seq: number;
	readonly ack: number;
	readonly ms: number;
	readonly payload: string;
}

/** The same of segments, wherever they come from; the first one is the client's. */
function toldBy(segments: readonly Segment[], isClient: (segment: Segment) => boolean): Told[] {
	const sides = [true, false].map(client => segments.find(segment => isClient(segment) === client && segment.has(TcpFlag.syn))?.seq ?? 0);
	const [ofClient = 0, ofServer = 0] = sides;
	const start = segments[0]?.timestamp;
	return segments.map(segment => {
		const client = isClient(segment);
		const { flags, seq, ack, length, missing, payload, timestamp } = segment;
		const seconds = timestamp.seconds - (start?.seconds ?? 0);
		return {
			client,
			flags,
			seq: (seq - (client ? ofClient : ofServer)) >>> 0,
			ack: (flags & TcpFlag.ack) === 0 ? 0 : (ack - (client ? ofServer : ofClient)) >>> 0,
			ms: seconds * 1000 + Math.floor((timestamp.nanoseconds - (start?.nanoseconds ?? 0)) / 1e6),
			payload: `${Buffer.from(payload).toString('hex')} ${length} ${missing}`,
		};
	});
}

/** The packets of a written test: its marbles and its legend, read as the marble language says. */
function packetsOfTest(source: string): { readonly line: string; readonly frame: number }[] {
	const [, marbles = ''] = /const marbles = '(.*)';/.exec(source) ?? [];
	const legendText = source.slice(source.indexOf('packets(marbles, {'), source.indexOf('expectChunks(source'));
	const legend = new Map<string, string>();
	for (const [, key = '', literal = ''] of legendText.matchAll(/^\t\t\t(\S): ('.*'),$/gmu))
		legend.set(key, Function(`return ${literal}`)() as string);
	const packets: { line: string; frame: number }[] = [];
	let at = 0;
	for (const [token, number, unit] of marbles.matchAll(/(?<=^| )(\d+)(ms|s)(?= |$)|\S/gu)) {
		if (number !== undefined) at += Number(number) * (unit === 's' ? 1000 : 1);
		else {
			const line = legend.get(token);
			if (line !== undefined) packets.push({ line, frame: at });
			at++;
		}
	}
	return packets;
}

function segmentsOfTest(source: string): Segment[] {
	const written = packetsOfTest(source).map(({ line, frame: at }) => ({ line: parsePacketLine(line), at }));
	const isns = new InitialNumbers(written.map(({ line }) => line));
	const decoder = new TcpDecoder();
	return written.flatMap(({ line, at }, i) => {
		const absolute = isns.absolute(line);
		const bytes = frame(absolute);
		const timestamp = line.timestamp ?? { seconds: Math.floor(at / 1000), nanoseconds: (at % 1000) * 1e6 };
		const packet = { block: bytes, start: 0, end: bytes.length - line.cut, originalLength: bytes.length, timestamp, number: i + 1 };
		return decoder.decode({ ...packet, source: { linkType: 1, id: 0, name: 'test' } } as unknown as Packet) ?? [];
	});
}

describe.skipIf(corpus === undefined)('a connection of every capture', () => {
	it.each(captures)('should be drawn, as text and as SVG: $name', ({ path }) => {
		const flow = busiestOf(segmentsIn(path));
		if (flow === undefined) return;
		const packets = packetsIn(path);
		for (const width of [40, 80, 200]) expectPrintable(drawMarbles(packets, flow, { width, flushOlderThanMs: 120_000 }), width);
		expect(wordsOfSvg(drawMarbles(packets, flow, { maxPackets: 30, format: 'svg' }))).toContain('client sends');
		totals.drawn++;
	});

	it.each(captures)('should be the same packets when it is written as a test and read again: $name', async ({ path }) => {
		const all = segmentsIn(path);
		const flow = busiestOf(all);
		if (flow === undefined) return;
		const source = await firstValueFrom(fromBytes(bytesIn(path)).pipe(captureToMarbles(flow)));
		const written = segmentsOfTest(source);
		const numbers = [flow, flow.reverse()].map(each => each.toNumbers().join());
		const own = all.filter(segment => numbers.includes(segment.flow.toNumbers().join())).slice(0, written.length);
		// Who is the client says the test itself; all that is compared here is that it is always the same side.
		const clientIs = written[0]?.sourcePort === 1024;
		const first = own[0]?.flow.toNumbers().join();
		const wanted = toldBy(own, segment => (segment.flow.toNumbers().join() === first) === clientIs);
		const least = Math.min(...wanted.map(({ ms }) => ms));
		const found = toldBy(written, segment => segment.sourcePort === 1024);
		const leastFound = Math.min(...found.map(({ ms }) => ms));
		expect(found.map(each => ({ ...each, ms: each.ms - leastFound }))).toEqual(wanted.map(each => ({ ...each, ms: each.ms - least })));
		expect(found.length).toBeGreaterThan(0);
		totals.compared++;
		totals.packets += found.length;
		totals.bytes += written.reduce((sum, { length }) => sum + length, 0);
	});

	it('should be many', () => {
		const { drawn, compared, packets, bytes } = totals;
		console.log(`${drawn} connections drawn; ${compared} written and read again, ${packets} packets with ${bytes} bytes`);
		expect(drawn).toBeGreaterThan(0.9 * captures.length);
		expect(compared).toBeGreaterThanOrEqual(10);
	});
});
