import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

const HEADER_BYTES = 4;
const ATTRIBUTE_HEADER_BYTES = 4;
const PAYLOAD = 9;
const INET = 2;
const INET6 = 10;

/**
 * Reads a message of Linux netfilter's log: a header, then attributes until one is the packet. Their lengths and types are in
 * the byte order of whoever captured; a type is less than 256, so that shows.
 */
export function readNflog(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.rejectShort(HEADER_BYTES);
	const family = frame.u8(0);
	frame.at += HEADER_BYTES;
	for (;;) {
		if (!frame.has(ATTRIBUTE_HEADER_BYTES)) return frame.rejectShort(ATTRIBUTE_HEADER_BYTES);
		const isLittle = frame.u8(2) !== 0;
		const length = isLittle ? frame.u8(0) | (frame.u8(1) << 8) : frame.u16(0);
		const type = (isLittle ? frame.u8(2) | (frame.u8(3) << 8) : frame.u16(2)) & 0x7fff;
		if (length < ATTRIBUTE_HEADER_BYTES) return frame.reject('bad-header');
		if (type === PAYLOAD) return enterPayload(frame, family, length);
		const padded = (length + 3) & ~3;
		if (!frame.has(padded)) return frame.rejectShort(padded);
		frame.at += padded;
	}
}

function enterPayload(frame: Frame, family: number, length: number): number {
	frame.endAfter(length);
	frame.at += ATTRIBUTE_HEADER_BYTES;
	if (family === INET) return EtherType.ipv4;
	return family === INET6 ? EtherType.ipv6 : frame.reject('not-ip');
}
