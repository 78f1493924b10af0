import type { Packet } from '../packet.js';
import { i32, u16 } from './bytes.js';
import { Segment } from './segment.js';

const ETHERNET_HEADER_BYTES = 14;
const IP_HEADER_BYTES = 20;
const TCP_HEADER_BYTES_MIN = 20;
const HEADERS_BYTES_MIN = ETHERNET_HEADER_BYTES + IP_HEADER_BYTES + TCP_HEADER_BYTES_MIN;

const ETHER_TYPE_IPV4 = 0x0800;
/** Version 4, a header of five words: no options. */
const VERSION_AND_LENGTH = 0x45;
const MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
const PROTOCOL_TCP = 6;

/**
 * The short way for by far the most Ethernet frames: IPv4 without options, no fragment, TCP, lengths that are right.
 *
 * @returns null for every other frame: then the layers decide, one by one, what it is. It never rejects anything, and what
 * it takes is what they would make of it.
 */
export function readPlainTcp(packet: Packet): Segment | null {
	const { block, start, end } = packet;
	if (end - start < HEADERS_BYTES_MIN) return null;
	const ip = start + ETHERNET_HEADER_BYTES;
	if (u16(block, ip - 2) !== ETHER_TYPE_IPV4 || block[ip] !== VERSION_AND_LENGTH) return null;
	if ((u16(block, ip + 6) & MORE_FRAGMENTS_OR_OFFSET) !== 0 || block[ip + 9] !== PROTOCOL_TCP) return null;
	const datagramEnd = ip + u16(block, ip + 2);
	if (datagramEnd > start + packet.originalLength) return null;
	const tcp = ip + IP_HEADER_BYTES;
	const headerLength = ((block[tcp + 12] as number) >>> 4) << 2;
	const payloadAt = tcp + headerLength;
	const payloadEnd = Math.min(datagramEnd, end);
	if (headerLength < TCP_HEADER_BYTES_MIN || payloadAt > payloadEnd) return null;
	return new Segment(
		block,
		4,
		ip + 12,
		tcp,
		payloadAt,
		payloadEnd - payloadAt,
		datagramEnd - payloadEnd,
		0,
		i32(block, tcp + 4),
		i32(block, tcp + 8),
		block[tcp + 13] as number,
		packet.timestamp,
		packet.number,
		null,
	);
}
