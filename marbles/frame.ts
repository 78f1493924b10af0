import { addresses, clientPort, SERVER_PORT } from './endpoints.js';
import type { PacketLine } from './packetLine.js';
import { encodeOptions, OPTION_BYTES_MAX } from './tcpOptions.js';

/** What Ethernet sends at least, without its checksum. */
const ETHERNET_BYTES_MIN = 60;
const TCP_HEADER_BYTES = 20;
const IPV4_HEADER_BYTES = 20;
const TCP = 6;
/** Locally administered. */
const macs = { client: [2, 0, 0, 0, 0, 1], server: [2, 0, 0, 0, 0, 2] } as const;

/**
 * Makes the frame that a packet line stands for, as it was on the wire (nothing cut): Ethernet II, VLAN tags, IPv4 or
 * IPv6, TCP, payload, padding; lengths and checksums are right.
 *
 * 10.0.0.1 port 1024 talks to 10.0.0.2 port 80 (2001:db8::1 and 2001:db8::2 with `ip6`); connection `A` has client
 * port 1025, and so on. Sequence numbers that count from the initial ones count from 0.
 *
 * @throws RangeError if the options, or all together, do not fit into a packet.
 * @example
 * ```ts
 * frame(parsePacketLine('C> S 0:0(0)')).length; // 54
 * ```
 */
export function frame(line: PacketLine): Uint8Array {
	const link = linkHeader(line);
	const segment = tcpSegment(line);
	const network = line.version === 4 ? ipv4Header(line, segment.length) : ipv6Header(line, segment.length);
	const length = link.length + network.length + segment.length;
	const bytes = new Uint8Array(line.pad ? Math.max(length, ETHERNET_BYTES_MIN) : length);
	bytes.set(link);
	bytes.set(network, link.length);
	bytes.set(segment, link.length + network.length);
	return bytes;
}

function linkHeader({ direction, vlan, version }: PacketLine): number[] {
	const [source, destination] = direction === 'client' ? [macs.client, macs.server] : [macs.server, macs.client];
	const outer = vlan > 0xfff ? [0x88, 0xa8, ...u16(vlan >>> 12)] : [];
	const inner = vlan > 0 ? [0x81, 0x00, ...u16(vlan & 0xfff)] : [];
	const type = version === 4 ? [0x08, 0x00] : [0x86, 0xdd];
	return [...destination, ...source, ...outer, ...inner, ...type];
}

function ipv4Header(line: PacketLine, segmentLength: number): number[] {
	const length = IPV4_HEADER_BYTES + segmentLength;
	checkLength('IPv4 datagram', length);
	const dontFragment = [0x40, 0];
	const beforeChecksum = [0x45, 0, ...u16(length), 0, 0, ...dontFragment, 64, TCP];
	const ends = endsOf(line);
	return [...beforeChecksum, ...u16(checksum([...beforeChecksum, ...ends])), ...ends];
}

function ipv6Header(line: PacketLine, segmentLength: number): number[] {
	checkLength('IPv6 payload', segmentLength);
	return [0x60, 0, 0, 0, ...u16(segmentLength), TCP, 64, ...endsOf(line)];
}

function tcpSegment(line: PacketLine): Uint8Array {
	const { direction, connection, payload } = line;
	const options = encodeOptions(line.options);
	if (options.length > OPTION_BYTES_MAX) throw new RangeError(`options: expected at most 40 bytes, found ${options.length}`);
	const port = clientPort(connection);
	const ports = direction === 'client' ? [port, SERVER_PORT] : [SERVER_PORT, port];
	const headerLength = TCP_HEADER_BYTES + options.length;
	const bytes = new Uint8Array(headerLength + payload.length);
	const header = new DataView(bytes.buffer);
	header.setUint16(0, ports[0] as number);
	header.setUint16(2, ports[1] as number);
	header.setUint32(4, line.seq);
	header.setUint32(8, line.ack);
	header.setUint8(12, (headerLength / 4) << 4);
	header.setUint8(13, line.flags);
	header.setUint16(14, line.window);
	header.setUint16(18, line.urgent);
	bytes.set(options, TCP_HEADER_BYTES);
	bytes.set(payload, headerLength);
	const sum = checksum(bytes, [...endsOf(line), 0, TCP, ...u32(bytes.length)]);
	header.setUint16(16, line.badChecksum ? sum ^ 1 : sum);
	return bytes;
}

/** Both addresses, source first. */
function endsOf({ version, direction }: PacketLine): readonly number[] {
	const { client, server } = addresses[version];
	return direction === 'client' ? [...client, ...server] : [...server, ...client];
}

/** The Internet checksum (RFC 1071) of some bytes, with those of a pseudo-header (an even number) before them. */
function checksum(bytes: ArrayLike<number>, pseudoHeader: readonly number[] = []): number {
	let sum = 0;
	for (const part of [pseudoHeader, bytes]) {
		for (let i = 0; i < part.length; i += 2) sum += ((part[i] as number) << 8) | (part[i + 1] ?? 0);
	}
	while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
	return ~sum & 0xffff;
}

function checkLength(what: string, length: number): void {
	if (length > 0xffff) throw new RangeError(`${what}: expected at most 65535 bytes, found ${length}`);
}

function u16(value: number): number[] {
	return [(value >>> 8) & 0xff, value & 0xff];
}

function u32(value: number): number[] {
	return [...u16(value >>> 16), ...u16(value)];
}
