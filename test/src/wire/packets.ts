import { frame } from '../../../marbles/frame.js';
import { parsePacketLine } from '../../../marbles/packetLine.js';
import { LinkType, Packet } from '../../../src/packet.js';
import { Timestamp } from '../../../src/timestamp.js';
import type { RejectReason } from '../../../src/wire/reject.js';
import type { Segment } from '../../../src/wire/segment.js';
import { TcpDecoder, type TcpDecoderOptions } from '../../../src/wire/tcpDecoder.js';

export const ETHERNET_HEADER_BYTES = 14;
const IPV6_HEADER_BYTES = 40;

/** The frame of a packet line: Ethernet, IP, TCP. */
export function frameOf(line: string): Uint8Array {
	return frame(parsePacketLine(line));
}

/** The IP datagram of a packet line without VLAN. */
export function datagramOf(line: string): Uint8Array {
	return frameOf(line).slice(ETHERNET_HEADER_BYTES);
}

/** Bytes from numbers and other bytes, one behind the other. */
export function bytesOf(...parts: readonly (number | Iterable<number>)[]): Uint8Array {
	return Uint8Array.from(parts.flatMap(part => (typeof part === 'number' ? [part] : [...part])));
}

/** Sets some bytes of a copy. */
export function withBytes(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
	const copy = bytes.slice();
	copy.set(values, at);
	return copy;
}

/** An Ethernet frame: addresses, and what follows them. */
export function ethernet(...parts: readonly (number | Iterable<number>)[]): Uint8Array {
	return bytesOf([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1], ...parts);
}

/** The IPv4 datagram with options in its header; its length and checksum are right. */
export function withIpv4Options(datagram: Uint8Array, options: readonly number[]): Uint8Array {
	const header = bytesOf(datagram.subarray(0, 20), options);
	header[0] = 0x40 | (header.length / 4);
	const length = datagram.length + options.length;
	header.set([length >> 8, length & 255, 0, 0, 0x40, 0], 2);
	return bytesOf(sealed(header), datagram.subarray(20));
}

/** The IPv4 header with its checksum made right. */
export function sealed(header: Uint8Array): Uint8Array {
	const sum = onesSum(withBytes(header, 10, 0, 0));
	return withBytes(header, 10, (~sum >> 8) & 255, ~sum & 255);
}

/** RFC 1071: the one's complement sum, word by word. */
export function onesSum(bytes: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < bytes.length; i += 2) {
		sum += (bytes[i] as number) * 256 + (bytes[i + 1] ?? 0);
		if (sum > 0xffff) sum -= 0xffff;
	}
	return sum;
}

/** An extension header: its number, and its bytes, the first of which will say what follows. */
export type Extension = readonly [header: number, bytes: readonly number[]];

/** The IPv6 datagram with extension headers; its length is right. */
export function withExtensions(datagram: Uint8Array, ...extensions: readonly Extension[]): Uint8Array {
	const last = datagram[6] as number;
	const chain = [...extensions.map(([header]) => header), last];
	const added = extensions.flatMap(([, bytes], i) => [chain[i + 1] as number, ...bytes.slice(1)]);
	const length = datagram.length - IPV6_HEADER_BYTES + added.length;
	const header = withBytes(datagram.subarray(0, IPV6_HEADER_BYTES), 4, length >> 8, length & 255, chain[0] as number);
	return bytesOf(header, added, datagram.subarray(IPV6_HEADER_BYTES));
}

/** How a packet was captured, where that is not as usual. */
export interface Captured {
	readonly linkType?: number;
	/** Bytes that were captured. */
	readonly length?: number;
	/** Bytes that there were on the wire. */
	readonly originalLength?: number;
	/** What lies before and behind it in its block. */
	readonly surroundings?: Uint8Array;
}

export function packetIn(bytes: Uint8Array, captured: Captured = {}): Packet {
	const { linkType = LinkType.ethernet, length = bytes.length, originalLength = bytes.length, surroundings = new Uint8Array(0) } = captured;
	const block = bytesOf(surroundings, bytes.subarray(0, length), surroundings);
	const start = surroundings.length;
	return new Packet(block, start, start + length, originalLength, new Timestamp(1, 2000), 7, { linkType, id: 0 });
}

/** The segment in these bytes, or why there is none. */
export function decode(bytes: Uint8Array, captured: Captured = {}, options: TcpDecoderOptions = {}): Segment | RejectReason {
	return decodeWith(new TcpDecoder(options), bytes, captured);
}

/** The same, with a decoder that has seen others before. */
export function decodeWith(decoder: TcpDecoder, bytes: Uint8Array, captured: Captured = {}): Segment | RejectReason {
	return decoder.decode(packetIn(bytes, captured)) ?? decoder.reason;
}

/** What a test looks at in a segment; a reason stays what it is. */
export function told(decoded: Segment | RejectReason): object | RejectReason {
	if (typeof decoded === 'string') return decoded;
	const { flow, seq, ack, flags, payload, missing, vlan } = decoded;
	return { flow: String(flow), seq, ack, flags, payload: new TextDecoder('latin1').decode(payload), missing, vlan };
}
