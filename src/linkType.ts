/** Link types that are decoded, by their number in the tcpdump.org registry. */
export const LinkType = {
	/** BSD loopback: address family in the byte order of the capturing host. */
	null: 0,
	ethernet: 1,
	/** Raw IP, by the value that some systems write for it. */
	rawBsd: 12,
	/** Raw IP, by the value that OpenBSD writes for it. */
	rawOpenBsd: 14,
	/** Raw IP. */
	raw: 101,
	/** OpenBSD loopback: address family in network byte order. */
	loop: 108,
	/** Linux cooked capture (the `any` device). */
	linuxSll: 113,
	ipv4: 228,
	ipv6: 229,
} as const;

const decoded: ReadonlySet<number> = new Set(Object.values(LinkType));

/** Whether packets of that link type can be decoded. */
export function isDecoded(linkType: number): boolean {
	return decoded.has(linkType);
}

/** Names of link types that people meet, and that are not decoded. */
const undecodedNames: Readonly<Record<number, string>> = {
	6: 'TOKEN_RING',
	9: 'PPP',
	10: 'FDDI',
	50: 'PPP_HDLC',
	51: 'PPP_ETHER',
	104: 'C_HDLC',
	105: 'IEEE802_11',
	107: 'FRELAY',
	119: 'IEEE802_11_PRISM',
	127: 'IEEE802_11_RADIOTAP',
	163: 'IEEE802_11_AVS',
	187: 'BLUETOOTH_HCI_H4',
	189: 'USB_LINUX',
	195: 'IEEE802_15_4_WITHFCS',
	220: 'USB_LINUX_MMAPPED',
	239: 'NFLOG',
	249: 'USBPCAP',
	276: 'LINUX_SLL2',
};

/** `127 (IEEE802_11_RADIOTAP)`, or the number alone. */
export function describeLinkType(linkType: number): string {
	const name = undecodedNames[linkType];
	return name === undefined ? String(linkType) : `${linkType} (${name})`;
}
