/** Link types that are decoded, by their number in the tcpdump.org registry. */
export const LinkType = {
	/** BSD loopback: address family in the byte order of the capturing host. */
	null: 0,
	ethernet: 1,
	/** IEEE 802.5. */
	tokenRing: 6,
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
	/** OpenBSD loopback: address family in network byte order. */
	loop: 108,
	/** Linux cooked capture (the `any` device). */
	linuxSll: 113,
	/** 802.11 behind the header of Prism cards. */
	prism: 119,
	/** 802.11 behind a radiotap header. */
	radiotap: 127,
	/** 802.11 behind the header of AVS. */
	avs: 163,
	/** Whatever it says, behind a header of PPI. */
	ppi: 192,
	/** MPLS labels first. */
	mpls: 219,
	ipv4: 228,
	ipv6: 229,
	/** Linux netfilter's log. */
	nflog: 239,
	/** Linux cooked capture, version 2. */
	linuxSll2: 276,
} as const;

const decoded: ReadonlySet<number> = new Set(Object.values(LinkType));

/** Whether packets of that link type can be decoded. */
export function isDecoded(linkType: number): boolean {
	return decoded.has(linkType);
}

/** Names of link types that people meet, and that are not decoded. */
const undecodedNames: Readonly<Record<number, string>> = {
	3: 'AX25',
	7: 'ARCNET_BSD',
	8: 'SLIP',
	99: 'SYMANTEC_FIREWALL',
	107: 'FRELAY',
	109: 'ENC',
	114: 'LTALK',
	117: 'PFLOG',
	122: 'IP_OVER_FC',
	123: 'SUNATM',
	129: 'ARCNET_LINUX',
	138: 'APPLE_IP_OVER_IEEE1394',
	143: 'DOCSIS',
	144: 'LINUX_IRDA',
	147: 'USER0',
	148: 'USER1',
	166: 'PPP_PPPD',
	187: 'BLUETOOTH_HCI_H4',
	189: 'USB_LINUX',
	195: 'IEEE802_15_4_WITHFCS',
	197: 'ERF',
	201: 'BLUETOOTH_HCI_H4_WITH_PHDR',
	204: 'PPP_WITH_DIR',
	206: 'FRELAY_WITH_DIR',
	220: 'USB_LINUX_MMAPPED',
	226: 'IPNET',
	227: 'CAN_SOCKETCAN',
	230: 'IEEE802_15_4_NOFCS',
	240: 'NETANALYZER',
	242: 'IPOIB',
	247: 'INFINIBAND',
	248: 'SCTP',
	249: 'USBPCAP',
	251: 'BLUETOOTH_LE_LL',
	252: 'WIRESHARK_UPPER_PDU',
	253: 'NETLINK',
	254: 'BLUETOOTH_LINUX_MONITOR',
	256: 'BLUETOOTH_LE_LL_WITH_PHDR',
	258: 'PKTAP',
	259: 'EPON',
	265: 'NORDIC_BLE',
	266: 'USB_DARWIN',
	271: 'VSOCK',
	281: 'DSA_TAG_BRCM',
};

/** `107 (FRELAY)`, or the number alone. */
export function describeLinkType(linkType: number): string {
	const name = undecodedNames[linkType];
	return name === undefined ? String(linkType) : `${linkType} (${name})`;
}
