/** EtherType numbers (IEEE 802) that are looked at. */
export const EtherType = {
	ipv4: 0x0800,
	ipv6: 0x86dd,
	vlan: 0x8100,
	serviceVlan: 0x88a8,
	oldVlan: 0x9100,
	oldVlan2: 0x9200,
	mpls: 0x8847,
	mplsMulticast: 0x8848,
} as const;
