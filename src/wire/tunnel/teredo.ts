import { EtherType } from '../etherType.js';
import { type Frame, rejected } from '../frame.js';

const AUTHENTICATION = 1;
const AUTHENTICATION_BYTES = 13;
const ORIGIN = 0;
const ORIGIN_BYTES = 8;
const IPV6_HEADER_BYTES = 40;
/** The addresses of Teredo begin with it. */
const PREFIX = 0x20010000;

/**
 * Reads what Teredo (RFC 4380) has before an IPv6 datagram: an authentication, the origin, or neither. One of the addresses of the
 * datagram must be of Teredo.
 */
export function readTeredo(frame: Frame): number {
	if (skipIndications(frame) === rejected) return rejected;
	if (!frame.has(IPV6_HEADER_BYTES)) return frame.rejectGuess(IPV6_HEADER_BYTES);
	const isTeredo = frame.i32(8) === PREFIX || frame.i32(24) === PREFIX;
	if (frame.u8(0) >>> 4 !== 6 || !isTeredo) return frame.reject('not-tcp');
	frame.enterBetweenEnds('teredo');
	return EtherType.ipv6;
}

function skipIndications(frame: Frame): number {
	if (!frame.has(4)) return frame.rejectGuess(4);
	if (frame.u16(0) === AUTHENTICATION) {
		const length = AUTHENTICATION_BYTES + frame.u8(2) + frame.u8(3);
		if (!frame.has(length + 2)) return frame.rejectGuess(length + 2);
		frame.at += length;
	}
	if (frame.u16(0) === ORIGIN) {
		if (!frame.has(ORIGIN_BYTES)) return frame.rejectGuess(ORIGIN_BYTES);
		frame.at += ORIGIN_BYTES;
	}
	return 0;
}
