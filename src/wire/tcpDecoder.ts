import { LinkType } from '../linkType.js';
import type { Packet } from '../packet.js';
import { judgeTcpChecksum } from './checksum.js';
import { DecodeCounters } from './decodeCounters.js';
import { Defragmenter } from './defragmenter.js';
import { EtherType } from './etherType.js';
import { Frame, rejected } from './frame.js';
import { Protocol, readIpv4, readIpv6, skipExtensionHeaders } from './ip.js';
import { readLink } from './link.js';
import { toNetwork } from './network.js';
import { readPlainTcp } from './plainTcp.js';
import type { RejectReason } from './reject.js';
import { Segment } from './segment.js';
import { readTunnel } from './tunnels.js';

const TCP_HEADER_BYTES_MIN = 20;
const ETHERNET: number = LinkType.ethernet;

/** What {@link TcpDecoder} can be told. */
export interface TcpDecoderOptions {
	/**
	 * What to do about checksums: `'ignore'` them, or `'verify'` those of IPv4 and TCP and reject what is wrong, as the
	 * receiver did; also a datagram that says it is longer than what was on the wire, of which else is taken what was
	 * there. A checksum that was left to the network card is taken for right, and counted as `offloaded`. In tunnels it is the
	 * inner ones that are verified, and each IPv4 header on the way; not those of GRE and UDP. Default `'ignore'`.
	 */
	readonly checksums?: 'ignore' | 'verify' | undefined;
	/**
	 * Whether fragments of IP datagrams are put together: the segment comes with the packet that completes its datagram.
	 * Fragments wait for at most 30 s of packet time; 1024 datagrams, 2048 parts of each, and 4 MiB of memory in all. Datagrams
	 * whose fragments overlap are not taken (RFC 5722). Default true.
	 */
	readonly defragment?: boolean | undefined;
	/**
	 * Whether tunnels are looked into, for the innermost TCP: IP in IP, GRE (with NVGRE, PPTP, ERSPAN), EtherIP, MPLS in IP; by
	 * their UDP ports VXLAN (4789, 8472), VXLAN-GPE (4790), Geneve (6081), GTP-U (2152), Teredo (3544), L2TPv2 (1701). If not,
	 * they are `not-tcp`. Default true.
	 */
	readonly tunnels?: boolean | undefined;
	/** Is kept up to date with what was put together, given up, or taken as it was. */
	readonly counters?: DecodeCounters | undefined;
}

/**
 * Finds the innermost TCP segment in a packet: link, VLAN tags, MPLS labels, PPPoE, IPv4 or IPv6, tunnels, TCP. At most
 * eight tunnels, PPPoE headers, label stacks and frames in frames may lie around it.
 *
 * @example
 * ```ts
 * const decoder = new TcpDecoder();
 * const segment = decoder.decode(packet);
 * if (segment === null) console.log(decoder.reason);
 * ```
 */
export class TcpDecoder {
	private readonly frame = new Frame();
	private readonly verify: boolean;
	private readonly tunnels: boolean;
	private readonly counters: DecodeCounters;
	private readonly defragmenter: Defragmenter | undefined;

	constructor({ checksums, defragment = true, tunnels = true, counters = new DecodeCounters() }: TcpDecoderOptions = {}) {
		this.verify = checksums === 'verify';
		this.tunnels = tunnels;
		this.counters = counters;
		this.defragmenter = defragment ? new Defragmenter(counters) : undefined;
	}

	/** Why the last packet gave no segment. */
	get reason(): RejectReason {
		return this.frame.reason;
	}

	/** The segment, or null if there is none: see {@link TcpDecoder.reason}. Never throws. */
	decode(packet: Packet): Segment | null {
		const { linkType } = packet.source;
		const isPlain = linkType === ETHERNET && !this.verify;
		return (isPlain ? readPlainTcp(packet) : null) ?? this.readLayers(packet, linkType);
	}

	private readLayers(packet: Packet, linkType: number): Segment | null {
		const { frame } = this;
		frame.load(packet);
		for (let inside = readLink(frame, linkType); ; inside = this.readTunnel(inside)) {
			inside = toNetwork(frame, inside);
			if (inside === rejected) return null;
			inside = this.readDatagram(inside, packet);
			if (inside === rejected) return null;
			if (inside === Protocol.tcp) return this.readTcp(packet);
		}
	}

	/** Reads an IP header; answers the protocol number of what is in the datagram. */
	private readDatagram(etherType: number, packet: Packet): number {
		const { frame, verify } = this;
		const protocol = etherType === EtherType.ipv4 ? readIpv4(frame, verify) : readIpv6(frame, verify);
		return protocol === rejected && frame.reason === 'fragment' ? this.whole(packet) : protocol;
	}

	/** What is in the datagram that a fragment completes, in place of the fragment. */
	private whole(packet: Packet): number {
		const { frame, defragmenter } = this;
		if (defragmenter === undefined) return rejected;
		const found = defragmenter.take(frame, packet.timestamp.ms);
		return found !== rejected && frame.version === 6 ? skipExtensionHeaders(frame, found) : found;
	}

	/** Goes into the tunnel in a datagram; answers the EtherType of what is in it. */
	private readTunnel(protocol: number): number {
		const { frame } = this;
		if (!this.tunnels) return frame.reject('not-tcp');
		const inside = readTunnel(frame, protocol);
		// What is not IP yet is counted with what comes before IP.
		const isIp = inside === EtherType.ipv4 || inside === EtherType.ipv6;
		return !isIp || frame.nest() ? inside : frame.reject('too-deep');
	}

	private readTcp(packet: Packet): Segment | null {
		const { frame } = this;
		if (!frame.has(TCP_HEADER_BYTES_MIN)) return this.short(TCP_HEADER_BYTES_MIN);
		const headerLength = (frame.u8(12) >>> 4) << 2;
		if (headerLength < TCP_HEADER_BYTES_MIN) return this.reject('bad-header');
		if (!frame.has(headerLength)) return this.short(headerLength);
		const payloadAt = frame.at + headerLength;
		const missing = frame.wireEnd - frame.end;
		if (this.verify && missing === 0 && !frame.detoured && this.checksumIsWrong()) return this.reject('bad-checksum');
		return new Segment(
			frame.block,
			frame.version,
			frame.addressAt,
			frame.at,
			payloadAt,
			frame.end - payloadAt,
			missing,
			frame.vlan,
			frame.i32(4),
			frame.i32(8),
			frame.u8(13),
			packet.timestamp,
			packet.number,
			frame.tunnel,
		);
	}

	private checksumIsWrong(): boolean {
		const { block, addressAt, version, at, end } = this.frame;
		const verdict = judgeTcpChecksum(block, addressAt, version === 4 ? 4 : 16, at, end);
		if (verdict === 'offloaded') this.counters.offloaded++;
		return verdict === 'wrong';
	}

	private short(length: number): null {
		this.frame.rejectShort(length);
		return null;
	}

	private reject(reason: RejectReason): null {
		this.frame.reject(reason);
		return null;
	}
}
