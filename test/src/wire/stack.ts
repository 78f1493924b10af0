import { LinkType } from '../../../src/linkType.js';
import { bytesOf, ethernet, sealed } from './packets.js';

/** What a header carries: an EtherType, and the bytes it stands for. */
export interface Layer {
	readonly type: number;
	readonly bytes: Uint8Array;
}

export const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const le16 = (value: number) => u16(value).reverse();
const u24 = (value: number) => [(value >>> 16) & 255, ...u16(value)];
export const u32 = (value: number) => [(value >>> 24) & 255, ...u24(value)];

export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;
const FRAME = 0x6558;

/** The two ends of what is around; turned for the other direction. */
export interface Ends {
	readonly from: number;
	readonly to: number;
}
const there: Ends = { from: 1, to: 2 };

export function ip4(protocol: number, payload: Uint8Array, { from, to }: Ends = there): Layer {
	const header = bytesOf(0x45, 0, u16(20 + payload.length), 0, 0, 0x40, 0, 64, protocol, 0, 0, [192, 0, 2, from], [192, 0, 2, to]);
	return { type: IPV4, bytes: bytesOf(sealed(header), payload) };
}

export function ip6(protocol: number, payload: Uint8Array, { from, to }: Ends = there): Layer {
	const address = (last: number) => [0x20, 0x01, 0x0d, 0xb8, ...new Array(11).fill(0), last];
	return { type: IPV6, bytes: bytesOf(0x60, 0, 0, 0, u16(payload.length), protocol, 64, address(from), address(to), payload) };
}

export const udp = (port: number, payload: Uint8Array, source = 50_000) =>
	bytesOf(u16(source), u16(port), u16(8 + payload.length), 0, 0, payload);

export const frameIn = ({ type, bytes }: Layer) => (type === FRAME ? bytes : ethernet(u16(type), bytes));
const protocolOf = ({ type }: Layer) => (type === IPV6 ? 41 : 4);
const isIp = ({ type }: Layer) => type === IPV4 || type === IPV6;
const pppOf = (inner: Layer) => bytesOf(0xff, 3, inner.type === IPV6 ? [0, 0x57] : [0, 0x21], inner.bytes);

/** What makes an IP datagram of a tunnel. */
export interface TunnelMaker {
	readonly wrap: (inner: Layer, ends?: Ends) => Layer;
	/** It carries IP alone. */
	readonly ipOnly?: boolean;
	/** How the tunnel is written, of what is between 192.0.2.1 and 192.0.2.2. */
	readonly text: string;
	/** Its header may be there or not: what does not look like it is `not-tcp`. */
	readonly guessed?: boolean;
}

const between = (kind: string) => `${kind} 192.0.2.1-192.0.2.2`;
const gtp = (flags: number, more: readonly number[], inner: Layer) =>
	bytesOf(flags, 255, u16(more.length + inner.bytes.length), u32(0x1234), more, inner.bytes);
const teredo6 = (inner: Layer): Uint8Array => {
	const bytes = inner.bytes.slice();
	bytes.set([0x20, 1, 0, 0], 8);
	return bytes;
};

/** Tunnels by a name for the test. */
export const tunnels: Readonly<Record<string, TunnelMaker>> = {
	'IP in IPv4': { wrap: (inner, ends) => ip4(protocolOf(inner), inner.bytes, ends), ipOnly: true, text: between('ipip') },
	'IP in IPv6': {
		wrap: (inner, ends) => ip6(protocolOf(inner), inner.bytes, ends),
		ipOnly: true,
		text: '4in6 2001:db8::1-2001:db8::2',
	},
	'MPLS in IP': { wrap: ({ bytes }, ends) => ip4(137, bytesOf(0, 1, 0x11, 64, bytes), ends), ipOnly: true, text: between('mpls-in-ip') },
	EtherIP: { wrap: (inner, ends) => ip4(97, bytesOf(0x30, 0, frameIn(inner)), ends), text: between('etherip') },
	GRE: { wrap: ({ type, bytes }, ends) => ip4(47, bytesOf(0, 0, u16(type), bytes), ends), text: between('gre') },
	'GRE with all': {
		wrap: ({ type, bytes }, ends) => ip4(47, bytesOf(0xb0, 0, u16(type), u32(0), u32(77), u32(3), bytes), ends),
		text: between('gre 77'),
	},
	'GRE with a frame and a small key': {
		wrap: (inner, ends) => ip4(47, bytesOf(0x20, 0, u16(FRAME), u32(7), frameIn(inner)), ends),
		text: between('gre 7'),
	},
	NVGRE: {
		wrap: (inner, ends) => ip4(47, bytesOf(0x20, 0, u16(FRAME), u24(0x1000), ends?.from ?? 1, frameIn(inner)), ends),
		text: 'nvgre 4096',
	},
	PPTP: {
		wrap: (inner, ends = there) => {
			const ppp = pppOf(inner);
			return ip4(47, bytesOf(0x30, 0x81, u16(0x880b), u16(ppp.length), u16(ends.from), u32(1), u32(2), ppp, 9, 9), ends);
		},
		ipOnly: true,
		text: between('pptp'),
	},
	'ERSPAN I': { wrap: (inner, ends) => ip4(47, bytesOf(0, 0, u16(0x88be), frameIn(inner)), ends), text: between('erspan') },
	'ERSPAN II': {
		wrap: (inner, ends) => ip4(47, bytesOf(0x10, 0, u16(0x88be), u32(5), 0x10, 7, 0, 9, u32(0), frameIn(inner)), ends),
		text: between('erspan'),
	},
	'ERSPAN III': {
		wrap: (inner, ends) =>
			ip4(47, bytesOf(0x10, 0, u16(0x22eb), u32(5), 0x20, 7, 0, 9, u32(0), 0, 0, 0, 1, u32(0), u32(0), frameIn(inner)), ends),
		text: between('erspan'),
	},
	VXLAN: {
		wrap: (inner, ends) => ip4(17, udp(4789, bytesOf(8, 0, 0, 0, u24(42), 0, frameIn(inner))), ends),
		text: 'vxlan 42',
		guessed: true,
	},
	'VXLAN over IPv6': {
		wrap: (inner, ends) => ip6(17, udp(8472, bytesOf(8, 0, 0, 0, u24(0xffffff), 0, frameIn(inner))), ends),
		text: 'vxlan 16777215',
		guessed: true,
	},
	'VXLAN-GPE': {
		wrap: (inner, ends) => {
			const next = inner.type === IPV4 ? 1 : inner.type === IPV6 ? 2 : 3;
			return ip4(17, udp(4790, bytesOf(0x0c, 0, 0, next, u24(43), 0, next === 3 ? frameIn(inner) : inner.bytes)), ends);
		},
		text: 'vxlan-gpe 43',
		guessed: true,
	},
	Geneve: {
		wrap: (inner, ends) => ip4(17, udp(6081, bytesOf(2, 0, u16(FRAME), u24(44), 0, u32(0), u32(0), frameIn(inner))), ends),
		text: 'geneve 44',
		guessed: true,
	},
	'Geneve without a frame': {
		wrap: ({ type, bytes }, ends) => ip4(17, udp(6081, bytesOf(0, 0, u16(type), u24(45), 0, bytes)), ends),
		text: 'geneve 45',
		guessed: true,
	},
	'GTP-U': { wrap: (inner, ends) => ip4(17, udp(2152, gtp(0x30, [], inner)), ends), ipOnly: true, text: between('gtp-u'), guessed: true },
	'GTP-U with extensions': {
		wrap: (inner, ends) => ip4(17, udp(2152, gtp(0x36, [0, 1, 0, 0x85, 1, 0, 0, 0x20, 2, 1, 2, 3, 4, 5, 6, 0], inner)), ends),
		ipOnly: true,
		text: between('gtp-u'),
		guessed: true,
	},
	L2TP: {
		wrap: (inner, ends = there) => {
			const ppp = pppOf(inner);
			return ip4(17, udp(1701, bytesOf(0x4a, 2, u16(18 + ppp.length), u16(ends.from), 0, 1, u32(9), 0, 2, 0xee, 0xee, ppp)), ends);
		},
		ipOnly: true,
		text: between('l2tp'),
		guessed: true,
	},
};

/** Teredo, which carries no other IPv6 than its own: the source address of that becomes one of Teredo. */
export function teredo(inner: Layer, before: readonly number[] = [], ports: readonly [number, number] = [50_000, 3544]): Layer {
	return ip4(17, udp(ports[1], bytesOf(before, teredo6(inner)), ports[0]));
}

/** What stands between a frame and IP. */
export const carriers: Readonly<Record<string, (inner: Layer) => Layer>> = {
	VLAN: ({ type, bytes }) => ({ type: 0x8100, bytes: bytesOf(0, 10, u16(type), bytes) }),
	MPLS: inner => ({ type: 0x8847, bytes: bytesOf(0, 1, 0, 64, 0, 2, 1, 63, isIp(inner) ? inner.bytes : bytesOf(u32(0), frameIn(inner))) }),
	PPPoE: inner => {
		const ppp = isIp(inner) ? pppOf(inner) : bytesOf(2, 0x81, inner.bytes);
		return { type: 0x8864, bytes: bytesOf(0x11, 0, 0, 1, u16(ppp.length), ppp) };
	},
	'a pseudowire': inner => ({ type: 0x8847, bytes: bytesOf(0, 1, 1, 64, u32(0), frameIn(inner)) }),
};

/** Radiotap with these presence words and fields; its length is right. */
export const radiotap = (present: readonly number[], fields: readonly number[], frame: Uint8Array) => {
	const words = present.flatMap(word => u32(word).reverse());
	return bytesOf(0, 0, le16(4 + words.length + fields.length), words, fields, frame);
};

/** A data frame of 802.11: frame control, and what else is in its header. */
export const wireless = (control: readonly [number, number], more: readonly number[], payload: Iterable<number>, sequence = 0) =>
	bytesOf(control, 0, 0, [2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 3], le16(sequence), more, payload);

export const snap = ({ type, bytes }: Layer) => bytesOf(0xaa, 0xaa, 3, 0, 0, 0, u16(type), bytes);

const family = ({ type }: Layer) => (type === IPV6 ? 10 : 2);
const attribute = (type: number, value: Iterable<number>, word: (value: number) => number[] = le16) => {
	const bytes = bytesOf(value);
	return bytesOf(word(4 + bytes.length), word(type), bytes, new Uint8Array(-bytes.length & 3));
};
export const nflog = (inner: Layer, word?: (value: number) => number[]) =>
	bytesOf(family(inner), 0, 0, 0, attribute(1, [8, 0, 1, 0], word), attribute(10, [0], word), attribute(9, inner.bytes, word));

/** Each link layer with IP behind it, by a name for the test. */
/** What makes a frame of a link type. */
export interface LinkMaker {
	readonly linkType: number;
	readonly wrap: (inner: Layer) => Uint8Array;
	/** It knows no IPv6. */
	readonly ipv4Only?: boolean;
}

const nlpid = ({ type }: Layer) => (type === IPV6 ? 0x8e : 0xcc);

export const links: Readonly<Record<string, LinkMaker>> = {
	Ethernet: { linkType: LinkType.ethernet, wrap: frameIn },
	'Ethernet, LLC and SNAP': { linkType: LinkType.ethernet, wrap: inner => ethernet(u16(8 + inner.bytes.length), snap(inner)) },
	NULL: { linkType: LinkType.null, wrap: ({ type, bytes }) => bytesOf(type === IPV6 ? 30 : 2, 0, 0, 0, bytes) },
	LOOP: { linkType: LinkType.loop, wrap: ({ type, bytes }) => bytesOf(0, 0, 0, type === IPV6 ? 24 : 2, bytes) },
	RAW: { linkType: LinkType.raw, wrap: ({ bytes }) => bytes },
	'RAW (12)': { linkType: LinkType.rawBsd, wrap: ({ bytes }) => bytes },
	'RAW (14)': { linkType: LinkType.rawOpenBsd, wrap: ({ bytes }) => bytes },
	IPV4: { linkType: LinkType.ipv4, wrap: ({ bytes }) => bytes },
	IPV6: { linkType: LinkType.ipv6, wrap: ({ bytes }) => bytes },
	SLL: { linkType: LinkType.linuxSll, wrap: ({ type, bytes }) => bytesOf(new Uint8Array(14), u16(type), bytes) },
	SLL2: { linkType: LinkType.linuxSll2, wrap: ({ type, bytes }) => bytesOf(u16(type), new Uint8Array(18), bytes) },
	PPP: { linkType: LinkType.ppp, wrap: pppOf },
	'PPP without address': { linkType: LinkType.ppp, wrap: inner => pppOf(inner).subarray(2) },
	'PPP, short': { linkType: LinkType.ppp, wrap: inner => pppOf(inner).subarray(3) },
	'PPP on a serial line': { linkType: LinkType.pppSerial, wrap: pppOf },
	'Cisco HDLC on a serial line': { linkType: LinkType.pppSerial, wrap: ({ type, bytes }) => bytesOf(0x0f, 0, u16(type), bytes) },
	PPP_ETHER: {
		linkType: LinkType.pppEther,
		wrap: inner => bytesOf(0x11, 0, 0, 1, u16(pppOf(inner).length - 2), pppOf(inner).subarray(2)),
	},
	C_HDLC: { linkType: LinkType.ciscoHdlc, wrap: ({ type, bytes }) => bytesOf(0x8f, 0, u16(type), bytes) },
	'LLC and SNAP over ATM': { linkType: LinkType.atmRfc1483, wrap: snap },
	NFLOG: { linkType: LinkType.nflog, wrap: inner => nflog(inner) },
	'NFLOG, big-endian': { linkType: LinkType.nflog, wrap: inner => nflog(inner, u16) },
	MPLS: { linkType: LinkType.mpls, wrap: ({ bytes }) => bytesOf(0, 1, 1, 64, bytes) },
	FDDI: { linkType: LinkType.fddi, wrap: inner => bytesOf(0x50, new Uint8Array(12), snap(inner)) },
	'Token Ring': { linkType: LinkType.tokenRing, wrap: inner => bytesOf(0x10, 0x40, new Uint8Array(12), snap(inner)) },
	'Token Ring with a route': {
		linkType: LinkType.tokenRing,
		wrap: inner => bytesOf(0x10, 0x40, new Uint8Array(6), 0x80, 0, 0, 0, 0, 0, 0xc6, 0, 1, 2, 3, 4, snap(inner)),
	},
	'802.11': { linkType: LinkType.ieee80211, wrap: inner => wireless([0x08, 1], [], snap(inner)) },
	'802.11 with QoS': { linkType: LinkType.ieee80211, wrap: inner => wireless([0x88, 2], [0, 0], snap(inner)) },
	'802.11 with four addresses': { linkType: LinkType.ieee80211, wrap: inner => wireless([0x08, 3], [1, 2, 3, 4, 5, 6], snap(inner)) },
	'802.11 with all': {
		linkType: LinkType.ieee80211,
		wrap: inner => wireless([0x88, 0x83], [1, 2, 3, 4, 5, 6, 7, 0, ...u32(0)], snap(inner)),
	},
	radiotap: { linkType: LinkType.radiotap, wrap: inner => radiotap([0], [], wireless([0x08, 1], [], snap(inner))) },
	'radiotap with a check sequence': {
		linkType: LinkType.radiotap,
		wrap: inner => radiotap([2], [0x10], bytesOf(wireless([0x08, 1], [], snap(inner)), [1, 2, 3, 4])),
	},
	'radiotap with padding': {
		linkType: LinkType.radiotap,
		wrap: inner =>
			radiotap([0x80000003, 0x80000000, 0], [...new Array(8).fill(0xff), 0x20, 0], wireless([0x88, 1], [0, 0, 0xee, 0xee], snap(inner))),
	},
	Prism: {
		linkType: LinkType.prism,
		wrap: inner => bytesOf(0x44, 0, 0, 0, 144, 0, 0, 0, new Uint8Array(136), wireless([0x08, 1], [], snap(inner))),
	},
	AVS: {
		linkType: LinkType.avs,
		wrap: inner => bytesOf(u32(0x80211001), u32(64), new Uint8Array(56), wireless([0x08, 1], [], snap(inner))),
	},
	'AVS as Prism': {
		linkType: LinkType.prism,
		wrap: inner => bytesOf(u32(0x80211002), u32(64), new Uint8Array(56), wireless([0x08, 1], [], snap(inner))),
	},
	PPI: { linkType: LinkType.ppi, wrap: inner => bytesOf(0, 0, 12, 0, 105, 0, 0, 0, u32(7), wireless([0x08, 1], [], snap(inner))) },
	'PPI with Ethernet': { linkType: LinkType.ppi, wrap: inner => bytesOf(0, 0, 8, 0, 1, 0, 0, 0, frameIn(inner)) },
	'ARCnet (RFC 1051)': { linkType: LinkType.arcnet, wrap: inner => bytesOf(1, 2, 0xf0, inner.bytes), ipv4Only: true },
	'ARCnet (RFC 1201)': { linkType: LinkType.arcnet, wrap: ({ bytes }) => bytesOf(1, 2, 0xd4, 0, 0, 0, bytes), ipv4Only: true },
	'ARCnet of Linux': { linkType: LinkType.arcnetLinux, wrap: ({ bytes }) => bytesOf(1, 2, 0, 0, 0xf0, bytes), ipv4Only: true },
	SLIP: { linkType: LinkType.slip, wrap: ({ bytes }) => bytesOf(1, 0x40, new Uint8Array(14), bytes) },
	'frame relay': { linkType: LinkType.frameRelay, wrap: inner => bytesOf(0x18, 0x41, 3, nlpid(inner), inner.bytes) },
	'frame relay, padded, SNAP': {
		linkType: LinkType.frameRelay,
		wrap: inner => bytesOf(0x18, 0x41, 3, 0, 0x80, 0, 0, 0, u16(inner.type), inner.bytes),
	},
	'frame relay, bridged': {
		linkType: LinkType.frameRelay,
		wrap: inner => bytesOf(0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7, frameIn(inner)),
	},
	'frame relay of Cisco': { linkType: LinkType.frameRelay, wrap: ({ type, bytes }) => bytesOf(0x18, 0x40, 0x40, 0x41, u16(type), bytes) },
	'frame relay with a direction': {
		linkType: LinkType.frameRelayWithDirection,
		wrap: inner => bytesOf(0, 0x18, 0x41, 3, nlpid(inner), inner.bytes),
	},
	ENC: { linkType: LinkType.enc, wrap: ({ type, bytes }) => bytesOf(type === IPV6 ? 24 : 2, 0, 0, 0, u32(7), u32(0), bytes) },
	PFLOG: { linkType: LinkType.pflog, wrap: ({ type, bytes }) => bytesOf(61, type === IPV6 ? 24 : 2, new Uint8Array(62), bytes) },
	'IP over Fibre Channel': { linkType: LinkType.ipOverFibreChannel, wrap: inner => bytesOf(new Uint8Array(16), snap(inner)) },
	'ATM of Sun': { linkType: LinkType.sunAtm, wrap: inner => bytesOf(2, 1, 0, 32, snap(inner)) },
	'IP over Firewire': { linkType: LinkType.ipOverFirewire, wrap: ({ type, bytes }) => bytesOf(new Uint8Array(16), u16(type), bytes) },
	DOCSIS: { linkType: LinkType.docsis, wrap: inner => bytesOf(0, 0, 0, 0, 0, 0, frameIn(inner)) },
	'DOCSIS with an extension': { linkType: LinkType.docsis, wrap: inner => bytesOf(1, 3, 0, 0, 0, 0, 9, 9, 9, frameIn(inner)) },
	'PPP of pppd': { linkType: LinkType.pppd, wrap: inner => bytesOf(1, pppOf(inner).subarray(1)) },
	'PPP with a direction': { linkType: LinkType.pppWithDirection, wrap: inner => bytesOf(1, pppOf(inner)) },
	'Cisco HDLC with a direction': {
		linkType: LinkType.ciscoHdlcWithDirection,
		wrap: ({ type, bytes }) => bytesOf(1, 0x0f, 0, u16(type), bytes),
	},
	'ERF with Ethernet': { linkType: LinkType.erf, wrap: inner => bytesOf(new Uint8Array(8), 2, new Uint8Array(9), frameIn(inner)) },
	'ERF with extensions': {
		linkType: LinkType.erf,
		wrap: inner => bytesOf(new Uint8Array(8), 0x81, new Uint8Array(7), 0x83, new Uint8Array(7), 3, new Uint8Array(7), pppOf(inner)),
	},
	IPNET: { linkType: LinkType.ipnet, wrap: ({ bytes }) => bytesOf(1, 2, new Uint8Array(22), bytes) },
	netANALYZER: { linkType: LinkType.netAnalyzer, wrap: inner => bytesOf(0, 4, 0, 0, frameIn(inner), 1, 2, 3, 4) },
	'IP over InfiniBand': {
		linkType: LinkType.ipOverInfiniband,
		wrap: ({ type, bytes }) => bytesOf(new Uint8Array(40), u16(type), 0, 0, bytes),
	},
	PKTAP: { linkType: LinkType.pktap, wrap: inner => bytesOf(16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, u32(0), frameIn(inner)) },
	'Ethernet with its preamble': {
		linkType: LinkType.mpacket,
		wrap: inner => bytesOf(new Array(7).fill(0x55), 0xd5, frameIn(inner), 1, 2, 3, 4),
	},
	'Broadcom tag': {
		linkType: LinkType.broadcomTag,
		wrap: ({ type, bytes }) => bytesOf(new Uint8Array(12), 0x20, 0, 0, 1, u16(type), bytes),
	},
	'Broadcom tag before': { linkType: LinkType.broadcomTagBefore, wrap: inner => bytesOf(0x20, 0, 0, 1, frameIn(inner)) },
	'DSA tag': { linkType: LinkType.dsaTag, wrap: ({ type, bytes }) => bytesOf(new Uint8Array(12), 0xc0, 0, 0, 1, u16(type), bytes) },
	'DSA tag with EtherType': {
		linkType: LinkType.dsaEtherTypeTag,
		wrap: ({ type, bytes }) => bytesOf(new Uint8Array(12), 0xda, 0xda, 0, 0, 0xc0, 0, 0, 1, u16(type), bytes),
	},
};
