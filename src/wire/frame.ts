import type { Packet } from '../packet.js';
import type { Tunnel, TunnelKind } from '../tunnel.js';
import { i32, u16 } from './bytes.js';
import type { RejectReason } from './reject.js';
import { TunnelCache } from './tunnelCache.js';

/** So many tunnels, PPPoE headers, label stacks and frames in frames may lie around a segment; a tunnel and the frame in it count as one. */
const NESTED_MAX = 8;

/**
 * A frame on its way through the layers: each layer reads at `at`, moves it behind its header, and may lower `end`.
 *
 * One Frame serves all packets, so that decoding allocates nothing but the segment.
 */
export class Frame {
	block: Uint8Array = new Uint8Array(0);
	/** Where the next header starts. */
	at = 0;
	/** Where the captured bytes end. */
	end = 0;
	/** Where the bytes ended on the wire, counted in the same block: beyond `end` if the capture cut the frame. */
	wireEnd = 0;
	/** VLAN ids, inner one in the low 12 bits. */
	vlan = 0;
	/** The innermost tunnel that it came through. */
	tunnel: Tunnel | null = null;
	/** Offset of the source address; the destination address follows it. */
	addressAt = 0;
	/** 4 or 6. */
	version = 0;
	/** The destination address is a stop on the way (IPv6 routing header): the checksum of TCP is over another. */
	detoured = false;
	/** Where the fragment belongs, once a layer has rejected one. */
	fragment = { identification: 0, offset: 0, more: false, protocol: 0 };
	/** Why the packet was rejected, once a layer has answered {@link rejected}. */
	reason: RejectReason = 'not-ip';
	private nested = 0;
	private readonly tunnels = new TunnelCache();

	load(packet: Packet): void {
		this.block = packet.block;
		this.at = packet.start;
		this.end = packet.end;
		this.wireEnd = packet.start + packet.originalLength;
		this.vlan = 0;
		this.tunnel = null;
		this.detoured = false;
		this.nested = 0;
	}

	/** Counts a header that carries another frame or datagram; false if there are too many. */
	nest(): boolean {
		return ++this.nested <= NESTED_MAX;
	}

	/** Goes into a tunnel between the ends of the datagram at hand. */
	enterBetweenEnds(kind: TunnelKind, id = 0): void {
		const addressWords = this.version === 4 ? 1 : 4;
		this.tunnel = this.tunnels.find(kind, id, this.block, this.addressAt, addressWords, this.tunnel);
	}

	/** Goes into a tunnel that its number tells from others, whatever its ends are. */
	enterNetwork(kind: TunnelKind, id: number): void {
		this.tunnel = this.tunnels.find(kind, id, this.block, this.addressAt, 0, this.tunnel);
	}

	/** Leaves out what lies behind `length` bytes from `at` on; nothing if it is longer than what there is. */
	endAfter(length: number): void {
		if (this.at + length >= this.wireEnd) return;
		this.wireEnd = this.at + length;
		this.end = Math.min(this.end, this.wireEnd);
	}

	/** Whether `length` bytes from `at` on were captured. */
	has(length: number): boolean {
		return this.at + length <= this.end;
	}

	/** The byte `offset` behind `at`. */
	u8(offset: number): number {
		return this.block[this.at + offset] as number;
	}

	/** The 16-bit word `offset` behind `at`, in network byte order. */
	u16(offset: number): number {
		return u16(this.block, this.at + offset);
	}

	/** The 32-bit word `offset` behind `at`, in network byte order, signed. */
	i32(offset: number): number {
		return i32(this.block, this.at + offset);
	}

	/** Rejects a frame that ends before `length` bytes from `at` on: the capture cut it there, or it never had them. */
	rejectShort(length: number): typeof rejected {
		return this.reject(this.at + length <= this.wireEnd ? 'truncated' : 'bad-header');
	}

	/** Rejects what may be a tunnel, but ends before `length` bytes from `at` on: only the capture can have cut a real one. */
	rejectGuess(length: number): typeof rejected {
		const isCut = this.at + length > this.end && this.at + length <= this.wireEnd;
		return this.reject(isCut ? 'truncated' : 'not-tcp');
	}

	/** Rejects a part of a datagram, which is now from `at` to `end`, and notes where it belongs. */
	rejectFragment(identification: number, offset: number, more: boolean, protocol: number): typeof rejected {
		this.fragment = { identification, offset, more, protocol };
		return this.reject('fragment');
	}

	/** Notes the reason, and answers {@link rejected}. */
	reject(reason: RejectReason): typeof rejected {
		this.reason = reason;
		return rejected;
	}
}

/** What a layer answers instead of the number of the next protocol, when there is none. */
export const rejected = -1;
