import type { Frame } from '../frame.js';
import { readSnap } from './ethernet.js';

/** FDDI: frame control, addresses, LLC. */
export function readFddi(frame: Frame): number {
	if (!frame.has(13)) return frame.rejectShort(13);
	const isLlc = (frame.u8(0) & 0x30) === 0x10;
	if (!isLlc) return frame.reject('not-ip');
	frame.at += 13;
	return readSnap(frame);
}

/** IEEE 802.5: access and frame control, addresses, perhaps a route, LLC. */
export function readTokenRing(frame: Frame): number {
	if (!frame.has(14)) return frame.rejectShort(14);
	const isLlc = (frame.u8(1) & 0xc0) === 0x40;
	if (!isLlc) return frame.reject('not-ip');
	const isRouted = (frame.u8(8) & 0x80) !== 0;
	frame.at += 14;
	return isRouted ? readBehindRoute(frame) : readSnap(frame);
}

function readBehindRoute(frame: Frame): number {
	if (!frame.has(2)) return frame.rejectShort(2);
	const length = frame.u8(0) & 0x1f;
	if (length < 2) return frame.reject('bad-header');
	if (!frame.has(length)) return frame.rejectShort(length);
	frame.at += length;
	return readSnap(frame);
}
