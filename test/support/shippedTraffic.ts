import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { LinkType, Packet } from '../../src/packet.js';
import { PacketBatchWriter } from '../../src/shipping/packetBatchWriter.js';
import { Timestamp } from '../../src/timestamp.js';
import { conversation } from '../src/cli/captures.js';
import * as h from '../src/protocols/tls/hello.js';

const START_MS = 1_700_000_000_000;
const SOURCE_PORT_AT = 34;
const DESTINATION_PORT_AT = 36;
const source = { linkType: LinkType.ethernet, id: 0 };

/** Numbers between 0 and 1 that are the same every time. */
export function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

interface Planned {
	readonly ms: number;
	readonly bytes: Uint8Array;
	readonly fromClient: boolean;
}

/** A TLS connection from SYN to the last ACK: two hellos, an alert, and what is encrypted. */
export function tlsConversation(): string[] {
	const hello = h.record(22, h.clientHello(h.chrome));
	const answer = [...h.record(22, h.serverHello(0xc02f, h.alpnOf('h2'))), ...h.record(21, [2, 80]), ...h.encrypted(100)];
	const hex = (bytes: readonly number[]) => `hex:${Buffer.from(bytes).toString('hex')}`;
	const [q, r, cut] = [hello.length, answer.length, 50];
	return [
		'C> S 1000:1000(0)',
		'S> S. 5000:5000(0) ack 1001',
		`C> P. 1001:${1001 + cut}(${cut}) ack 5001 ${hex(hello.slice(0, cut))}`,
		`C> P. ${1001 + cut}:${1001 + q}(${q - cut}) ack 5001 ${hex(hello.slice(cut))}`,
		`S> P. 5001:${5001 + r}(${r}) ack ${1001 + q} ${hex(answer)}`,
		`C> F. ${1001 + q}:${1001 + q}(0) ack ${5001 + r}`,
		`S> F. ${5001 + r}:${5001 + r}(0) ack ${1002 + q}`,
		`C> . ${1002 + q}:${1002 + q}(0) ack ${5002 + r}`,
	];
}

/** Connections, of HTTP unless told, that overlap: some lose packets, some have no end, some last long, and ports come again. */
export function traffic(connections: number, seed: number, gapMs = 700, lines: readonly string[] = conversation()): Packet[] {
	const random = randomOf(seed);
	const frames = lines.map(text => ({ bytes: frame(parsePacketLine(text)), fromClient: text.startsWith('C') }));
	const planned: Planned[] = [];
	for (let i = 0; i < connections; i++) {
		const port = 1024 + (i % Math.max(3, connections >> 1));
		const stepMs = random() < 0.1 ? 20_000 * random() : 300 * random();
		const cut = random() < 0.1 ? Math.floor(frames.length * random()) : frames.length;
		for (const [at, { bytes, fromClient }] of frames.entries()) {
			if (at >= cut || random() < 0.02) continue;
			const copy = bytes.slice();
			copy.set([port >> 8, port & 255], fromClient ? SOURCE_PORT_AT : DESTINATION_PORT_AT);
			planned.push({ ms: Math.floor(i * gapMs + at * stepMs), bytes: copy, fromClient });
		}
	}
	planned.sort((a, b) => a.ms - b.ms);
	return planned.map(
		({ ms, bytes }, i) => new Packet(bytes, 0, bytes.length, bytes.length, Timestamp.fromMs(START_MS + ms), i + 1, source),
	);
}

/** Whether the client sent a packet of {@link traffic}. */
export const isFromClient = ({ bytes }: Packet): boolean => bytes[SOURCE_PORT_AT] !== 0;

/** The batches of one sensor for one shard, of a few packets each, and the last. */
export function batchesOf(packets: readonly Packet[], sensor = 'tap', perBatch = 7): Uint8Array[] {
	const writer = new PacketBatchWriter({ sensor, run: 1, shard: 0, shards: 1 });
	const batches: Uint8Array[] = [];
	for (const packet of packets) {
		writer.add(packet);
		if (writer.packets === perBatch) batches.push(writer.take(batches.length, false));
	}
	batches.push(writer.take(batches.length, true));
	return batches;
}
