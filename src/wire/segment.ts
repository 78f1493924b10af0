import { Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { Tunnel } from '../tunnel.js';
import { i32, u16 } from './bytes.js';

/** The control bits of a TCP header (RFC 9293, section 3.1). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/**
 * The TCP part of a packet: flow, seq, ack, flags, options, payload.
 *
 * Everything lies where it was captured; views, options and the flow's text are only made when asked for.
 */
export class Segment {
	constructor(
		/** The block that holds the packet. */
		readonly block: Uint8Array,
		/** 4 or 6. */
		readonly version: number,
		/** Where in the block the source address is; the destination address follows it. */
		readonly addressAt: number,
		/** Where in the block the TCP header is. */
		readonly headerAt: number,
		/** Where in the block the payload is. */
		readonly payloadAt: number,
		/** Payload bytes that were captured. */
		readonly length: number,
		/** Payload bytes that the capture cut off. */
		readonly missing: number,
		/** VLAN ids, the inner one in the low 12 bits; 0 for none. In a tunnel, those in it come behind those around it. */
		readonly vlan: number,
		/** Sequence number as a signed 32-bit integer; `>>> 0` gives the usual form. */
		readonly seq: number,
		/** Acknowledgment number, likewise; it means something only with the ACK flag. */
		readonly ack: number,
		/** Control bits, see {@link TcpFlag}. */
		readonly flags: number,
		readonly timestamp: Timestamp,
		/** Number of the packet, from 1; 0 if nobody counted. */
		readonly packet: number,
		/** The innermost tunnel that it came through. */
		readonly tunnel: Tunnel | null = null,
	) {}

	/** The captured payload; a view. */
	get payload(): Uint8Array {
		return this.block.subarray(this.payloadAt, this.payloadAt + this.length);
	}

	get sourcePort(): number {
		return this.u16(0);
	}

	get destinationPort(): number {
		return this.u16(2);
	}

	/** Receive window as it stands in the header, not scaled. */
	get window(): number {
		return this.u16(14);
	}

	/** Urgent pointer; it means something only with the URG flag. */
	get urgentPointer(): number {
		return this.u16(18);
	}

	/** The options, undecoded; a view. */
	get options(): Uint8Array {
		return this.block.subarray(this.headerAt + 20, this.payloadAt);
	}

	/** Whether all of these control bits are set. */
	has(flags: number): boolean {
		return (this.flags & flags) === flags;
	}

	/** Where it came from and goes to; a new object at every call. */
	get flow(): Flow {
		const count = this.version === 4 ? 2 : 8;
		const words = Array.from({ length: count }, (_, i) => this.addressWord(i));
		return new Flow(words, this.sourcePort, this.destinationPort, this.vlan, this.tunnel);
	}

	/** The `index`th 32-bit word of the addresses, source first, signed. */
	addressWord(index: number): number {
		return i32(this.block, this.addressAt + 4 * index);
	}

	private u16(offset: number): number {
		return u16(this.block, this.headerAt + offset);
	}
}
