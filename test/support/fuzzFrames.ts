import { frame } from '../../marbles/frame.js';
import { parsePacketLine } from '../../marbles/packetLine.js';

/** A frame, and the link type that it is of. */
export interface LinkFrame {
	readonly linkType: number;
	readonly bytes: Uint8Array;
}

const lines = [
	...['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:19(18) "GET / HTTP/1.1\\r\\n\\r\\n" ack 1'],
	...['S> P. 1:39(38) "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n" ack 19', 'S> . 41:43(2) "ab" ack 19'],
	...['S> . 39:41(2) "ok" ack 19', 'C> F. 19:19(0) ack 43', 'S> R. 43:43(0) ack 20'],
];

const ETHERNET_BYTES = 14;

/** A short HTTP exchange, in IPv4 and IPv6. */
function frames(version: '' | ' ip6'): Uint8Array[] {
	return lines.map(line => frame(parsePacketLine(line + version)));
}

function datagrams(version: '' | ' ip6' = ''): Uint8Array[] {
	return frames(version).map(bytes => bytes.slice(ETHERNET_BYTES));
}

function behind(header: readonly number[], bytes: Uint8Array): Uint8Array {
	return Uint8Array.from([...header, ...bytes]);
}

function u16(value: number): number[] {
	return [value >> 8, value & 255];
}

const ethernet = (etherType: number) => [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...u16(etherType)];

/** IPv4 without a checksum, which is not looked at unless that is asked for. */
function ipv4(protocol: number, payload: Uint8Array, fragment = 0): Uint8Array {
	const header = [0x45, 0, ...u16(20 + payload.length), 0, 7, ...u16(fragment), 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
	return behind(header, payload);
}

const udp = (port: number, payload: Uint8Array) => behind([0x30, 0x39, ...u16(port), ...u16(8 + payload.length), 0, 0], payload);

const snap = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
const wlan = [0x08, 0x01, 0, 0, ...Array(18).fill(2), 0, 0, ...snap];

/** Headers of link layers, by link type; an IPv4 datagram follows. */
const linkHeaders: Readonly<Record<number, readonly number[]>> = {
	0: [2, 0, 0, 0],
	1: ethernet(0x0800),
	9: [0xff, 3, 0, 0x21],
	10: [0x50, ...Array(12).fill(2), ...snap],
	12: [],
	101: [],
	104: [0x0f, 0, 8, 0],
	105: wlan,
	108: [0, 0, 0, 2],
	113: [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0],
	127: [0, 0, 8, 0, 0, 0, 0, 0, ...wlan],
	228: [],
	239: [2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 1, 0, 5, 0, 10, 0, 64, 0, 9, 0],
	276: [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0],
};

/** What a datagram may be wrapped in, on Ethernet. */
const wrappers: readonly ((datagram: Uint8Array) => Uint8Array)[] = [
	inner => behind([...ethernet(0x88a8), 0, 5, 0x81, 0, 0, 6, 8, 0], inner),
	inner => behind([...ethernet(0x8847), 0, 1, 0, 64, 0, 2, 1, 64], inner),
	inner => behind([...ethernet(0x8864), 0x11, 0, 0, 1, ...u16(inner.length + 2), 0, 0x21], inner),
	inner => behind(ethernet(0x0800), ipv4(47, behind([0x20, 0, 8, 0, 0, 0, 0, 9], inner))),
	inner =>
		behind(ethernet(0x0800), ipv4(47, behind([0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 0, 0, 0, 0, 0, ...ethernet(0x0800)], inner))),
	inner => behind(ethernet(0x0800), ipv4(4, inner)),
	inner => behind(ethernet(0x0800), ipv4(17, udp(4789, behind([8, 0, 0, 0, 0, 0, 7, 0, ...ethernet(0x0800)], inner)))),
	inner => behind(ethernet(0x0800), ipv4(17, udp(6081, behind([1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 0, ...ethernet(0x0800)], inner)))),
	inner => behind(ethernet(0x0800), ipv4(17, udp(2152, behind([0x30, 0xff, ...u16(inner.length), 0, 0, 0, 5], inner)))),
];

/** IPv4 in two fragments, the second one first. */
function fragments(datagram: Uint8Array): Uint8Array[] {
	const segment = datagram.subarray(20);
	const parts = [ipv4(6, segment.subarray(16), 2), ipv4(6, segment.subarray(0, 16), 0x2000)];
	return parts.map(part => behind(ethernet(0x0800), part));
}

/** The exchange in every wrapping that is known here, whether it is read or not: each a capture of its own. */
export function wrappedFrames(): LinkFrame[][] {
	const byLink = Object.entries(linkHeaders).map(([linkType, header]) =>
		datagrams().map(bytes => ({ linkType: Number(linkType), bytes: behind(header, bytes) })),
	);
	const onEthernet = [
		frames(' ip6'),
		...wrappers.map(wrap => datagrams().map(wrap)),
		datagrams(' ip6').map(inner => behind(ethernet(0x0800), ipv4(41, inner))),
		datagrams(' ip6').map(inner => behind(ethernet(0x0800), ipv4(17, udp(3544, inner)))),
		datagrams().flatMap(fragments),
	];
	return [...byLink, ...onEthernet.map(all => all.map(bytes => ({ linkType: 1, bytes })))];
}
