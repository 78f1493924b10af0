/** Link types that are decoded, by their number in the tcpdump.org registry. */
export const LinkType = {
	/** BSD loopback: address family in the byte order of the capturing host. */
	null: 0,
	ethernet: 1,
	/** IEEE 802.5. */
	tokenRing: 6,
	/** ARCnet as a BSD captures it. */
	arcnet: 7,
	/** Serial line IP. */
	slip: 8,
	ppp: 9,
	fddi: 10,
	/** Raw IP, by the value that some systems write for it. */
	rawBsd: 12,
	/** Raw IP, by the value that OpenBSD writes for it. */
	rawOpenBsd: 14,
	/** PPP as on serial lines, or Cisco HDLC. */
	pppSerial: 50,
	/** A PPPoE session without Ethernet. */
	pppEther: 51,
	/** LLC and SNAP over ATM. */
	atmRfc1483: 100,
	/** Raw IP. */
	raw: 101,
	ciscoHdlc: 104,
	/** IEEE 802.11 without anything before it. */
	ieee80211: 105,
	frameRelay: 107,
	/** OpenBSD loopback: address family in network byte order. */
	loop: 108,
	/** IPsec, unwrapped, of a BSD's `enc` device. */
	enc: 109,
	/** Linux cooked capture (the `any` device). */
	linuxSll: 113,
	/** What a BSD's packet filter logs. */
	pflog: 117,
	/** 802.11 behind the header of Prism cards. */
	prism: 119,
	ipOverFibreChannel: 122,
	sunAtm: 123,
	/** 802.11 behind a radiotap header. */
	radiotap: 127,
	/** ARCnet as Linux captures it. */
	arcnetLinux: 129,
	ipOverFirewire: 138,
	docsis: 143,
	/** 802.11 behind the header of AVS. */
	avs: 163,
	/** PPP with a direction in place of its address. */
	pppd: 166,
	/** Whatever it says, behind a header of PPI. */
	ppi: 192,
	/** Endace's records. */
	erf: 197,
	pppWithDirection: 204,
	ciscoHdlcWithDirection: 205,
	frameRelayWithDirection: 206,
	/** MPLS labels first. */
	mpls: 219,
	/** Solaris's ipnet devices. */
	ipnet: 226,
	ipv4: 228,
	ipv6: 229,
	/** Linux netfilter's log. */
	nflog: 239,
	/** Ethernet, captured by Hilscher's netANALYZER. */
	netAnalyzer: 240,
	ipOverInfiniband: 242,
	/** Whatever it says, behind the header of a macOS `pktap` device. */
	pktap: 258,
	/** Ethernet with its preamble. */
	mpacket: 274,
	/** Linux cooked capture, version 2. */
	linuxSll2: 276,
	/** Ethernet with the tag of a Broadcom switch. */
	broadcomTag: 281,
	/** The same tag before the frame. */
	broadcomTagBefore: 282,
	/** Ethernet with the tag of a Marvell switch. */
	dsaTag: 283,
	/** The same tag with an EtherType of its own. */
	dsaEtherTypeTag: 284,
} as const;

const decoded: ReadonlySet<number> = new Set(Object.values(LinkType));

/** Whether packets of that link type can be decoded. */
export function isDecoded(linkType: number): boolean {
	return decoded.has(linkType);
}

/** Names of link types that people meet, and that are not decoded. */
const undecodedNames: Readonly<Record<number, string>> = {
	3: 'AX25',
	99: 'SYMANTEC_FIREWALL',
	114: 'LTALK',
	144: 'LINUX_IRDA',
	147: 'USER0',
	148: 'USER1',
	187: 'BLUETOOTH_HCI_H4',
	189: 'USB_LINUX',
	195: 'IEEE802_15_4_WITHFCS',
	201: 'BLUETOOTH_HCI_H4_WITH_PHDR',
	220: 'USB_LINUX_MMAPPED',
	227: 'CAN_SOCKETCAN',
	230: 'IEEE802_15_4_NOFCS',
	247: 'INFINIBAND',
	248: 'SCTP',
	249: 'USBPCAP',
	251: 'BLUETOOTH_LE_LL',
	252: 'WIRESHARK_UPPER_PDU',
	253: 'NETLINK',
	254: 'BLUETOOTH_LINUX_MONITOR',
	256: 'BLUETOOTH_LE_LL_WITH_PHDR',
	259: 'EPON',
	265: 'NORDIC_BLE',
	266: 'USB_DARWIN',
	271: 'VSOCK',
};

/** `107 (FRELAY)`, or the number alone. */
export function describeLinkType(linkType: number): string {
	const name = undecodedNames[linkType];
	return name === undefined ? String(linkType) : `${linkType} (${name})`;
}
