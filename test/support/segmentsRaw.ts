import { Timestamp } from '../../src/timestamp.js';
import type { Tunnel } from '../../src/tunnel.js';
import { Segment } from '../../src/wire/segment.js';

const TCP_HEADER_BYTES = 20;

/** What a segment is made of; addresses are 32-bit words, of IPv6 the first and the last one. */
export interface RawFields {
	readonly version?: 4 | 6;
	readonly source: number;
	readonly destination: number;
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly seq?: number;
	readonly ack?: number;
	readonly flags?: number;
	readonly payload?: Uint8Array;
	readonly missing?: number;
	readonly vlan?: number;
	readonly tunnel?: Tunnel | null;
	readonly ms?: number;
	readonly packet?: number;
}

const noBytes = new Uint8Array(0);

/** A segment without the way through a frame: between any two ends, and fast enough for millions. */
export function rawSegment(fields: RawFields): Segment {
	const { version = 4, seq = 0, ack = 0, flags = 0, payload = noBytes, missing = 0, vlan = 0, ms = 0, packet = 0 } = fields;
	const { tunnel = null } = fields;
	const addressBytes = version === 4 ? 4 : 16;
	const headerAt = 2 * addressBytes;
	const payloadAt = headerAt + TCP_HEADER_BYTES;
	const block = new Uint8Array(payloadAt + payload.length);
	const view = new DataView(block.buffer);
	[fields.source, fields.destination].forEach((address, i) => {
		view.setUint32(i * addressBytes, address);
		view.setUint32((i + 1) * addressBytes - 4, address);
	});
	view.setUint16(headerAt, fields.sourcePort);
	view.setUint16(headerAt + 2, fields.destinationPort);
	block.set(payload, payloadAt);
	const time = Timestamp.fromMs(ms);
	return new Segment(block, version, 0, headerAt, payloadAt, payload.length, missing, vlan, seq | 0, ack | 0, flags, time, packet, tunnel);
}
