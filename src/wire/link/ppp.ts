import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

const SESSION_DATA = 0x11_00;

/**
 * Reads a PPP header (RFC 1661): address and control (RFC 1662) may be left out, and the upper byte of the protocol too.
 * Multilink and compressed datagrams are no IP.
 */
export function readPpp(frame: Frame): number {
	if (!frame.has(2)) return frame.rejectShort(2);
	if (frame.u16(0) === 0xff03) frame.at += 2;
	if (!frame.has(1)) return frame.rejectShort(1);
	// The last byte of a protocol is odd, its first one is even.
	const isShort = (frame.u8(0) & 1) === 1;
	if (!frame.has(isShort ? 1 : 2)) return frame.rejectShort(2);
	const protocol = isShort ? frame.u8(0) : frame.u16(0);
	frame.at += isShort ? 1 : 2;
	return etherTypeOf(frame, protocol);
}

function etherTypeOf(frame: Frame, protocol: number): number {
	switch (protocol) {
		case 0x21:
			return EtherType.ipv4;
		case 0x57:
			return EtherType.ipv6;
		case 0x281:
			return EtherType.mpls;
		case 0x283:
			return EtherType.mplsMulticast;
		default:
			return frame.reject('not-ip');
	}
}

/** Reads the header of a PPPoE session (RFC 2516), and that of PPP behind it. Discovery is no IP. */
export function readPppoe(frame: Frame): number {
	if (!frame.has(6)) return frame.rejectShort(6);
	if (frame.u16(0) !== SESSION_DATA) return frame.reject('not-ip');
	const length = frame.u16(4);
	frame.at += 6;
	frame.endAfter(length);
	return readPpp(frame);
}

/** Reads what serial lines have: PPP, or Cisco's HDLC. */
export function readSerial(frame: Frame): number {
	if (!frame.has(2)) return frame.rejectShort(2);
	return frame.u16(0) === 0x0f00 || frame.u16(0) === 0x8f00 ? readCiscoHdlc(frame) : readPpp(frame);
}

/** Reads the header of Cisco's HDLC: address, control, an EtherType. */
export function readCiscoHdlc(frame: Frame): number {
	if (!frame.has(4)) return frame.rejectShort(4);
	const etherType = frame.u16(2);
	frame.at += 4;
	return etherType;
}
