import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { LinkType, Packet } from '../../src/packet.js';
import { PacketBatchWriter } from '../../src/shipping/packetBatchWriter.js';
import { Timestamp } from '../../src/timestamp.js';
import { conversation } from '../src/cli/captures.js';

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

/** HTTP connections that overlap, of which some lose packets, some have no end, some last long, and ports come again. */
export function traffic(connections: number, seed: number, gapMs = 700): Packet[] {
	const random = randomOf(seed);
	const frames = conversation().map(text => ({ bytes: frame(parsePacketLine(text)), fromClient: text.startsWith('C') }));
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
