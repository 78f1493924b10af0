import { type Frame, rejected } from '../frame.js';
import { skipVlanTags } from './vlan.js';

/** Up to here, what stands for the type is a length (IEEE 802.3). */
const ETHERNET_LENGTH_MAX = 1500;

/** Ethernet II; IEEE 802.3 with LLC and SNAP; VLAN tags before either. */
export function readEthernet(frame: Frame): number {
	if (!frame.has(14)) return frame.rejectShort(14);
	const outer = frame.u16(12);
	frame.at += 14;
	const typeOrLength = skipVlanTags(frame, outer);
	return typeOrLength !== rejected && typeOrLength <= ETHERNET_LENGTH_MAX ? readSnap(frame) : typeOrLength;
}

/** LLC and SNAP (IEEE 802), as Ethernet with a length, rings and 802.11 have them. */
export function readSnap(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	const isSnap = frame.u16(0) === 0xaaaa && frame.i32(2) === 0x03000000;
	if (!isSnap) return frame.reject('not-ip');
	const etherType = frame.u16(6);
	frame.at += 8;
	return skipVlanTags(frame, etherType);
}
