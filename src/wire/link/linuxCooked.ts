import type { Frame } from '../frame.js';
import { skipVlanTags } from './vlan.js';

/** Linux cooked capture, version 1. */
export function readLinuxSll(frame: Frame): number {
	if (!frame.has(16)) return frame.rejectShort(16);
	const etherType = frame.u16(14);
	frame.at += 16;
	return skipVlanTags(frame, etherType);
}

/** Linux cooked capture, version 2: the protocol comes first. */
export function readLinuxSll2(frame: Frame): number {
	if (!frame.has(20)) return frame.rejectShort(20);
	const etherType = frame.u16(0);
	frame.at += 20;
	return skipVlanTags(frame, etherType);
}
