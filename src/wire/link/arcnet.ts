import { EtherType } from '../etherType.js';
import { type Frame, rejected } from '../frame.js';
import { skip } from './prefixed.js';

const ARCNET_IP_RFC1051 = 0xf0;
const ARCNET_IP_RFC1201 = 0xd4;

/** ARCnet as a BSD captures it: two addresses and a type. */
export const readArcnet = (frame: Frame): number => (skip(frame, 2) ? readArcnetType(frame) : rejected);

/** ARCnet as Linux captures it: an offset besides. */
export const readLinuxArcnet = (frame: Frame): number => (skip(frame, 4) ? readArcnetType(frame) : rejected);

/** RFC 1051: IP follows; RFC 1201: a split flag and a number first. Datagrams in several frames are not put together. */
function readArcnetType(frame: Frame): number {
	if (!skip(frame, 1)) return rejected;
	const type = frame.u8(-1);
	if (type === ARCNET_IP_RFC1051) return EtherType.ipv4;
	if (type !== ARCNET_IP_RFC1201) return frame.reject('not-ip');
	if (!skip(frame, 3)) return rejected;
	return frame.u8(-3) === 0 ? EtherType.ipv4 : frame.reject('fragment');
}
