import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

/** BSD loopback: the address family, in the byte order of whoever captured it (NULL) or of the network (LOOP). */
export function readLoopback(frame: Frame): number {
	if (!frame.has(4)) return frame.rejectShort(4);
	// The number of a family is small, so its byte order shows.
	const family = frame.u16(0) === 0 ? frame.u16(2) : frame.u8(0) | (frame.u8(1) << 8);
	frame.at += 4;
	return etherTypeOfFamily(frame, family);
}

/** The EtherType of an address family, by the number that any system has for it. */
export function etherTypeOfFamily(frame: Frame, family: number): number {
	switch (family) {
		case 2:
			return EtherType.ipv4;
		case 10: // Linux
		case 24: // NetBSD, OpenBSD
		case 28: // FreeBSD
		case 30: // macOS
			return EtherType.ipv6;
		default:
			return frame.reject('not-ip');
	}
}

/** No link header: the version of IP is in the first four bits. */
export function readRaw(frame: Frame): number {
	if (!frame.has(1)) return frame.rejectShort(1);
	const version = frame.u8(0) >>> 4;
	if (version === 4) return EtherType.ipv4;
	return version === 6 ? EtherType.ipv6 : frame.reject('bad-header');
}
