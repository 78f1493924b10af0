import { ipv4HeaderIsIntact } from './checksum.js';
import type { Frame, rejected } from './frame.js';

/** Protocol numbers (IANA) that are looked at. */
export const Protocol = {
	hopByHop: 0,
	ipv4: 4,
	tcp: 6,
	udp: 17,
	ipv6: 41,
	routing: 43,
	fragment: 44,
	gre: 47,
	authentication: 51,
	destinationOptions: 60,
	etherIp: 97,
	mobility: 135,
	mpls: 137,
	hip: 139,
	shim6: 140,
} as const;

const EXTENSION_HEADERS_MAX = 16;
const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;
const MORE_FRAGMENTS_OR_OFFSET = MORE_FRAGMENTS | OFFSET;

/**
 * Reads an IPv4 header (RFC 791) and moves behind it; what lies behind the datagram (Ethernet padding) is cut off.
 *
 * @param verify rejects what a receiver would: a wrong checksum, and more bytes than were on the wire.
 * @returns the protocol number of what follows, or `rejected`.
 */
export function readIpv4(frame: Frame, verify: boolean): number {
	if (!frame.has(20)) return frame.rejectShort(20);
	const headerLength = (frame.u8(0) & 15) << 2;
	if (frame.u8(0) >>> 4 !== 4 || headerLength < 20) return frame.reject('bad-header');
	if (!frame.has(headerLength)) return frame.rejectShort(headerLength);
	if (verify && !ipv4HeaderIsIntact(frame.block, frame.at, headerLength)) return frame.reject('bad-checksum');
	const totalLength = frame.u16(2);
	// 0 is what offloaded segments have (TSO): their length was not known yet, so what is there counts.
	if (totalLength !== 0) {
		if (totalLength < headerLength) return frame.reject('bad-header');
		if (!endDatagramAt(frame, frame.at + totalLength) && verify) return frame.reject('bad-length');
	}
	const protocol = frame.u8(9);
	const identification = frame.u16(4);
	const fragmentation = frame.u16(6);
	frame.version = 4;
	frame.addressAt = frame.at + 12;
	frame.at += headerLength;
	if ((fragmentation & MORE_FRAGMENTS_OR_OFFSET) === 0) return protocol;
	return frame.rejectFragment(identification, (fragmentation & OFFSET) << 3, (fragmentation & MORE_FRAGMENTS) !== 0, protocol);
}

/**
 * Reads an IPv6 header and its extension headers (RFC 8200) and moves behind them.
 *
 * @param verify rejects more bytes than were on the wire.
 * @returns the protocol number of what follows, or `rejected`.
 */
export function readIpv6(frame: Frame, verify: boolean): number {
	if (!frame.has(40)) return frame.rejectShort(40);
	if (frame.u8(0) >>> 4 !== 6) return frame.reject('bad-header');
	const payloadLength = frame.u16(4);
	// 0 is a jumbogram or an offloaded segment.
	const isWhole = payloadLength === 0 || endDatagramAt(frame, frame.at + 40 + payloadLength);
	if (!isWhole && verify) return frame.reject('bad-length');
	const nextHeader = frame.u8(6);
	frame.version = 6;
	frame.addressAt = frame.at + 8;
	frame.at += 40;
	return skipExtensionHeaders(frame, nextHeader);
}

/**
 * Moves behind the extension headers of IPv6.
 *
 * @param first the number of the first one, or of what follows if there is none.
 * @returns the protocol number of what follows, or `rejected`.
 */
export function skipExtensionHeaders(frame: Frame, first: number): number {
	let header = first;
	for (let count = 0; isExtension(header); count++) {
		if (count === EXTENSION_HEADERS_MAX) return frame.reject('bad-header');
		if (!frame.has(8)) return frame.rejectShort(8);
		if (header === Protocol.fragment && (frame.u16(2) & 0xfff9) !== 0) return rejectIpv6Fragment(frame);
		if (header === Protocol.routing && frame.u8(3) !== 0) frame.detoured = true;
		const length = extensionLength(frame, header);
		if (!frame.has(length)) return frame.rejectShort(length);
		header = frame.u8(0);
		frame.at += length;
	}
	return header;
}

function rejectIpv6Fragment(frame: Frame): typeof rejected {
	const [protocol, fragmentation, identification] = [frame.u8(0), frame.u16(2), frame.i32(4)];
	frame.at += 8;
	return frame.rejectFragment(identification, fragmentation & 0xfff8, (fragmentation & 1) !== 0, protocol);
}

function isExtension(header: number): boolean {
	switch (header) {
		case Protocol.hopByHop:
		case Protocol.routing:
		case Protocol.fragment:
		case Protocol.authentication:
		case Protocol.destinationOptions:
		case Protocol.mobility:
		case Protocol.hip:
		case Protocol.shim6:
			return true;
		default:
			return false;
	}
}

/** Bytes, from what each header counts in: nothing, words of four (RFC 4302), or of eight. */
function extensionLength(frame: Frame, header: number): number {
	if (header === Protocol.fragment) return 8;
	return header === Protocol.authentication ? (frame.u8(1) + 2) << 2 : (frame.u8(1) + 1) << 3;
}

/**
 * Cuts the frame where the datagram ends; false if that is beyond what was on the wire.
 *
 * Then the bytes that are there count, and the rest is not said to be missing: if the length is what is wrong, nothing is,
 * and if it is right, the sequence number of the next segment shows the hole.
 */
function endDatagramAt(frame: Frame, datagramEnd: number): boolean {
	if (datagramEnd > frame.wireEnd) return false;
	frame.wireEnd = datagramEnd;
	if (datagramEnd < frame.end) frame.end = datagramEnd;
	return true;
}
