import { EtherType, isVlan } from './etherType.js';
import { type Frame, rejected } from './frame.js';
import { readEthernet } from './link/ethernet.js';
import { readPpp, readPppoe } from './link/ppp.js';
import { skipVlanTags } from './link/vlan.js';
import { readMpls } from './mpls.js';

/**
 * Moves behind what stands between a link header and IP: VLAN tags where there is no Ethernet, MPLS labels, PPPoE, an Ethernet frame in a pseudowire or a tunnel.
 *
 * @returns the EtherType of IPv4 or IPv6, or `rejected`.
 */
export function toNetwork(frame: Frame, etherType: number): number {
	let next = etherType;
	while (next !== EtherType.ipv4 && next !== EtherType.ipv6 && next !== rejected) {
		next = frame.nest() ? readCarrier(frame, next) : frame.reject('too-deep');
	}
	return next;
}

function readCarrier(frame: Frame, etherType: number): number {
	switch (etherType) {
		case EtherType.mpls:
		case EtherType.mplsMulticast:
			return readMpls(frame);
		case EtherType.pppoe:
			return readPppoe(frame);
		case EtherType.bridging:
			return readEthernet(frame);
		case EtherType.ppp:
			return readPpp(frame);
		default:
			return isVlan(etherType) ? skipVlanTags(frame, etherType) : frame.reject('not-ip');
	}
}
