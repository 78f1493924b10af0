/** EtherType numbers (IEEE 802) that are looked at. */
export const EtherType = {
	ipv4: 0x0800,
	ipv6: 0x86dd,
	/** An Ethernet frame in something else. */
	bridging: 0x6558,
	ppp: 0x880b,
	vlan: 0x8100,
	serviceVlan: 0x88a8,
	oldVlan: 0x9100,
	oldVlan2: 0x9200,
	mpls: 0x8847,
	mplsMulticast: 0x8848,
	pppoe: 0x8864,
	erspan: 0x88be,
	erspan3: 0x22eb,
} as const;

/** What announces a VLAN tag. */
export function isVlan(etherType: number): boolean {
	return (
		etherType === EtherType.vlan ||
		etherType === EtherType.serviceVlan ||
		etherType === EtherType.oldVlan ||
		etherType === EtherType.oldVlan2
	);
}
