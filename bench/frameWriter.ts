import { LinkType, Packet, Timestamp } from 'rx-reassembly';

const BLOCK_BYTES = 256 * 1024;
const ETHERNET = 14;
const HEADERS = ETHERNET + 20 + 20;
const ethernet = { linkType: LinkType.ethernet, id: 0 };

/** What a frame is to say. The addresses and ports follow from the number of the connection. */
export interface FrameFields {
	readonly connection: number;
	readonly fromServer: boolean;
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	readonly payload: number | Uint8Array;
	readonly ms: number;
}

/** Writes Ethernet frames of IPv4 and TCP into blocks, as a capture reader finds them. Checksums stay 0. */
export class FrameWriter {
	private block = new Uint8Array(0);
	private view = new DataView(this.block.buffer);
	private at = 0;
	private count = 0;

	packet(fields: FrameFields): Packet {
		const { payload } = fields;
		const length = typeof payload === 'number' ? payload : payload.length;
		const size = HEADERS + length;
		if (this.at + size > this.block.length) this.renew(size);
		const start = this.at;
		this.at += size;
		this.writeIp(start + ETHERNET, fields, size - ETHERNET);
		this.writeTcp(start + ETHERNET + 20, fields);
		if (typeof payload !== 'number') this.block.set(payload, start + HEADERS);
		return new Packet(this.block, start, this.at, size, Timestamp.fromMs(fields.ms), ++this.count, ethernet);
	}

	private renew(size: number): void {
		this.block = new Uint8Array(Math.max(BLOCK_BYTES, size));
		this.view = new DataView(this.block.buffer);
		this.at = 0;
	}

	private writeIp(at: number, { connection, fromServer }: FrameFields, length: number): void {
		const { view } = this;
		const client = 0x0a000000 + Math.floor(connection / 50_000);
		const server = 0xc0a80001;
		view.setUint16(at - 2, 0x0800);
		view.setUint8(at, 0x45);
		view.setUint16(at + 2, length);
		view.setUint8(at + 8, 64);
		view.setUint8(at + 9, 6);
		view.setUint32(at + 12, fromServer ? server : client);
		view.setUint32(at + 16, fromServer ? client : server);
	}

	private writeTcp(at: number, { connection, fromServer, seq, ack, flags }: FrameFields): void {
		const { view } = this;
		const port = 10_000 + (connection % 50_000);
		view.setUint16(at, fromServer ? 80 : port);
		view.setUint16(at + 2, fromServer ? port : 80);
		view.setUint32(at + 4, seq >>> 0);
		view.setUint32(at + 8, ack >>> 0);
		view.setUint8(at + 12, 0x50);
		view.setUint8(at + 13, flags);
		view.setUint16(at + 14, 0xffff);
	}
}
