import { concat, from, type GroupedObservable, map, mergeMap, type OperatorFunction, of } from 'rxjs';
import { printChunk } from '../../marbles/chunkLine.js';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import { reassemble } from '../../operators/reassemble.js';
import type { Connection } from '../../src/assembly/connection.js';
import { Flush } from '../../src/assembly/flush.js';
import { Reassembly } from '../../src/assembly/reassembly.js';
import type { Flow } from '../../src/flow.js';
import type { Packet } from '../../src/packet.js';
import type { Segment } from '../../src/wire/segment.js';
import { TcpDecoder } from '../../src/wire/tcpDecoder.js';

/** The packets of these lines, numbered from 1, a millisecond apart from 0 on, unless a line has its own time. */
export function packetsOf(...lines: readonly string[]): Packet[] {
	return lines.map((line, index) => packetFromLine(parsePacketLine(line), index, index + 1));
}

/** The segments of these lines, likewise. */
export function segmentsOf(...lines: readonly string[]): Segment[] {
	const decoder = new TcpDecoder();
	return packetsOf(...lines).map(packet => {
		const segment = decoder.decode(packet);
		if (segment === null) throw new Error(`packet ${packet.number} is ${decoder.reason}`);
		return segment;
	});
}

/** The segments of one line, from so many clients. */
export function fromClients(count: number, line: string): Segment[] {
	const decoder = new TcpDecoder();
	return Array.from({ length: count }, (_, client) => {
		const packet = packetFromLine(parsePacketLine(line), 0, client + 1);
		new DataView(packet.block.buffer).setUint32(IPV4_SOURCE_AT, 0x0b000000 + client);
		return decoder.decode(packet) as Segment;
	});
}

/** Where in an Ethernet frame without tags the source address is. */
const IPV4_SOURCE_AT = 26;

/** The chunks that `reassemble` makes of these lines. */
export function chunksOf(...lines: readonly string[]): Reassembly[] {
	const chunks: Reassembly[] = [];
	// Not by toArray(): a connection holds the engine, and that holds the operators behind it, with their state.
	from(segmentsOf(...lines))
		.pipe(reassemble())
		.subscribe(chunk => chunks.push(chunk));
	return chunks;
}

/** A mark, a chunk, or the number of a packet. */
export function printItem(item: Segment | Flush | Reassembly): string {
	if (item instanceof Flush) return `flush ${item.now} ${item.holesBefore} ${item.idleBefore} ${item.reason}`;
	return item instanceof Reassembly ? printChunk(item) : `#${item.packet}`;
}

/** The client's port, which tells the connections of a test apart. */
export function printKey(key: Connection | Flow): string {
	return 'client' in key ? String(key.client.port) : `${key.source.port}->${key.destination.port}`;
}

/** Subscribes to every group, and tells what happens: `+key` when it comes, `key: item`, `-key` when it completes. */
export function told<Key extends Connection | Flow, T extends Segment | Flush | Reassembly>(): OperatorFunction<
	GroupedObservable<Key, T>,
	string
> {
	return mergeMap(group => {
		const key = printKey(group.key);
		return concat(of(`+${key}`), group.pipe(map(item => `${key}: ${printItem(item)}`)), of(`-${key}`));
	});
}
