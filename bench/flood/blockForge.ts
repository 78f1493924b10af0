import { Segment } from '../../src/index.js';
import type { Timestamp } from '../../src/timestamp.js';

const BLOCK_BYTES = 512 * 1024;
const ADDRESS_BYTES = 4;
const TCP_HEADER_BYTES = 20;
const HEADERS_BYTES = 2 * ADDRESS_BYTES + TCP_HEADER_BYTES;

/** What a forged segment says; addresses are 32-bit words. */
export interface ForgedFields {
	readonly source: number;
	readonly destination: number;
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	readonly payload: Uint8Array;
	readonly timestamp: Timestamp;
}

/**
 * Makes segments that lie side by side in blocks of 512 KiB, as those of a file do: an engine that kept a view of a held
 * segment would keep its whole block, and the memory would show it.
 */
export class BlockForge {
	private block = new Uint8Array(BLOCK_BYTES);
	private at = 0;
	private count = 0;

	segment({ source, destination, sourcePort, destinationPort, seq, ack, flags, payload, timestamp }: ForgedFields): Segment {
		const addressAt = this.reserve(HEADERS_BYTES + payload.length);
		const { block } = this;
		const headerAt = addressAt + 2 * ADDRESS_BYTES;
		const payloadAt = addressAt + HEADERS_BYTES;
		write32(block, addressAt, source);
		write32(block, addressAt + ADDRESS_BYTES, destination);
		write32(block, headerAt, (sourcePort << 16) | destinationPort);
		block.set(payload, payloadAt);
		this.count++;
		return new Segment(block, 4, addressAt, headerAt, payloadAt, payload.length, 0, 0, seq | 0, ack | 0, flags, timestamp, this.count);
	}

	private reserve(bytes: number): number {
		if (this.at + bytes > BLOCK_BYTES) {
			this.block = new Uint8Array(BLOCK_BYTES);
			this.at = 0;
		}
		const start = this.at;
		this.at += bytes;
		return start;
	}
}

function write32(block: Uint8Array, at: number, word: number): void {
	block[at] = word >>> 24;
	block[at + 1] = word >>> 16;
	block[at + 2] = word >>> 8;
	block[at + 3] = word;
}
