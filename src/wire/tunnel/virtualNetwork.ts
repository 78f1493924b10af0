import { EtherType } from '../etherType.js';
import { type Frame, rejected } from '../frame.js';

const HEADER_BYTES = 8;
const HAS_NETWORK = 0x08;
const HAS_PROTOCOL = 0x04;

/** What follows a VXLAN header, by the number that its protocol extension gives it. */
const protocols: Readonly<Record<number, number>> = { 1: EtherType.ipv4, 2: EtherType.ipv6, 3: EtherType.bridging, 5: EtherType.mpls };

/** The number of a virtual network: 24 bits. */
const networkAt = (frame: Frame, offset: number) => frame.i32(offset) >>> 8;

/** Reads a header of VXLAN (RFC 7348): an Ethernet frame follows. */
export function readVxlan(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.rejectGuess(HEADER_BYTES);
	if ((frame.u8(0) & HAS_NETWORK) === 0) return frame.reject('not-tcp');
	frame.enterNetwork('vxlan', networkAt(frame, 4));
	frame.at += HEADER_BYTES;
	return EtherType.bridging;
}

/** Reads a header of VXLAN with the generic protocol extension, which says what follows. */
export function readVxlanGpe(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.rejectGuess(HEADER_BYTES);
	const flags = frame.u8(0);
	const etherType = (flags & HAS_PROTOCOL) === 0 ? EtherType.bridging : (protocols[frame.u8(3)] ?? rejected);
	if ((flags & HAS_NETWORK) === 0 || etherType === rejected) return frame.reject('not-tcp');
	frame.enterNetwork('vxlan-gpe', networkAt(frame, 4));
	frame.at += HEADER_BYTES;
	return etherType;
}

/** Reads a header of Geneve (RFC 8926), with its options. */
export function readGeneve(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.rejectGuess(HEADER_BYTES);
	const first = frame.u8(0);
	const length = HEADER_BYTES + ((first & 0x3f) << 2);
	const etherType = frame.u16(2);
	if (first >>> 6 !== 0) return frame.reject('not-tcp');
	if (!frame.has(length)) return frame.rejectGuess(length);
	frame.enterNetwork('geneve', networkAt(frame, 4));
	frame.at += length;
	return etherType;
}
