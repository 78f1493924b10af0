import { LinkType } from '../linkType.js';
import type { Packet } from '../packet.js';
import { tcpSegmentIsIntact } from './checksum.js';
import { Defragmenter } from './defragmenter.js';
import { EtherType } from './etherType.js';
import { Frame, rejected } from './frame.js';
import { Protocol, readIpv4, readIpv6, skipExtensionHeaders } from './ip.js';
import { readLink } from './link.js';
import { readMpls } from './mpls.js';
import { readPlainTcp } from './plainTcp.js';
import type { RejectReason } from './reject.js';
import { Segment } from './segment.js';

const TCP_HEADER_BYTES_MIN = 20;
const ETHERNET: number = LinkType.ethernet;

/** What {@link TcpDecoder} can be told. */
export interface TcpDecoderOptions {
	/**
	 * What to do about checksums: `'ignore'` them, or `'verify'` those of IPv4 and TCP and reject what is wrong, as the
	 * receiver did; also a datagram that says it is longer than what was on the wire, of which else is taken what was
	 * there. A checksum that was left to the network card is taken for right. Default `'ignore'`.
	 */
	readonly checksums?: 'ignore' | 'verify' | undefined;
	/**
	 * Whether fragments of IP datagrams are put together: the segment comes with the packet that completes its datagram.
	 * Fragments wait for at most 30 s of packet time, 1024 datagrams and 4 MiB of them; datagrams whose fragments overlap
	 * are not taken. Default true.
	 */
	readonly defragment?: boolean | undefined;
}

/**
 * Finds the TCP segment in a packet: link, VLAN tags, MPLS labels, IPv4 or IPv6, TCP.
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
	private readonly defragmenter: Defragmenter | undefined;

	constructor(options: TcpDecoderOptions = {}) {
		this.verify = options.checksums === 'verify';
		this.defragmenter = options.defragment === false ? undefined : new Defragmenter();
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
		const protocol = this.whole(this.readNetwork(readLink(frame, linkType)), packet);
		if (protocol === rejected) return null;
		if (protocol !== Protocol.tcp) return this.reject('not-tcp');
		return this.readTcp(packet);
	}

	/** What is in the datagram that a fragment completes, in place of the fragment. */
	private whole(protocol: number, packet: Packet): number {
		const { frame, defragmenter } = this;
		if (protocol !== rejected || frame.reason !== 'fragment' || defragmenter === undefined) return protocol;
		const found = defragmenter.take(frame, packet.timestamp.ms);
		return found !== rejected && frame.version === 6 ? skipExtensionHeaders(frame, found) : found;
	}

	private readNetwork(etherType: number): number {
		switch (etherType) {
			case EtherType.ipv4:
				return readIpv4(this.frame, this.verify);
			case EtherType.ipv6:
				return readIpv6(this.frame, this.verify);
			case EtherType.mpls:
			case EtherType.mplsMulticast:
				return this.readNetwork(readMpls(this.frame));
			case rejected:
				return rejected;
			default:
				return this.frame.reject('not-ip');
		}
	}

	private readTcp(packet: Packet): Segment | null {
		const { frame } = this;
		if (!frame.has(TCP_HEADER_BYTES_MIN)) return this.short(TCP_HEADER_BYTES_MIN);
		const headerLength = (frame.u8(12) >>> 4) << 2;
		if (headerLength < TCP_HEADER_BYTES_MIN) return this.reject('bad-header');
		if (!frame.has(headerLength)) return this.short(headerLength);
		const payloadAt = frame.at + headerLength;
		const missing = frame.wireEnd - frame.end;
		if (this.verify && missing === 0 && !frame.detoured && !this.checksumIsRight()) return this.reject('bad-checksum');
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
		);
	}

	private checksumIsRight(): boolean {
		const { block, addressAt, version, at, end } = this.frame;
		return tcpSegmentIsIntact(block, addressAt, version === 4 ? 4 : 16, at, end);
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
