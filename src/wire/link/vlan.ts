import { isVlan } from '../etherType.js';
import type { Frame } from '../frame.js';

const VLAN_TAGS_MAX = 8;

/**
 * Moves behind the tags of 802.1Q and 802.1ad: some, of which the inner two tell the VLAN.
 *
 * @returns the EtherType behind them, or `rejected`.
 */
export function skipVlanTags(frame: Frame, etherType: number): number {
	let next = etherType;
	for (let tags = 0; isVlan(next); tags++) {
		if (tags === VLAN_TAGS_MAX) return frame.reject('bad-header');
		if (!frame.has(4)) return frame.rejectShort(4);
		frame.vlan = ((frame.vlan << 12) | (frame.u16(0) & 0xfff)) & 0xffffff;
		next = frame.u16(2);
		frame.at += 4;
	}
	return next;
}
