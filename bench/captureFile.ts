import { closeSync, openSync, writeSync } from 'node:fs';
import type { Packet } from 'rx-reassembly';

const BUFFER_BYTES = 1 << 20;

/** Packets as a classic pcap file, in pieces of up to a MiB. A piece is overwritten by the next. */
export function* pcapOf(packets: Iterable<Packet>): Generator<Uint8Array, void, void> {
	const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
	let at = writeHeader(buffer);
	for (const packet of packets) {
		if (at + 16 + packet.end - packet.start > BUFFER_BYTES) {
			yield buffer.subarray(0, at);
			at = 0;
		}
		at = writeRecord(buffer, at, packet);
	}
	yield buffer.subarray(0, at);
}

export function writeCapture(path: string, packets: Iterable<Packet>): void {
	const file = openSync(path, 'w');
	try {
		for (const piece of pcapOf(packets)) writeSync(file, piece);
	} finally {
		closeSync(file);
	}
}

function writeHeader(buffer: Buffer): number {
	buffer.fill(0, 0, 24);
	buffer.writeUInt32LE(0xa1b2c3d4, 0);
	buffer.writeUInt16LE(2, 4);
	buffer.writeUInt16LE(4, 6);
	buffer.writeUInt32LE(262_144, 16);
	buffer.writeUInt32LE(1, 20);
	return 24;
}

function writeRecord(buffer: Buffer, at: number, { block, start, end, originalLength, timestamp }: Packet): number {
	buffer.writeUInt32LE(Math.floor(timestamp.ms / 1000), at);
	buffer.writeUInt32LE(Math.floor((timestamp.ms % 1000) * 1000), at + 4);
	buffer.writeUInt32LE(end - start, at + 8);
	buffer.writeUInt32LE(originalLength, at + 12);
	buffer.set(block.subarray(start, end), at + 16);
	return at + 16 + end - start;
}
