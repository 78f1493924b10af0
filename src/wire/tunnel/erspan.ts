import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

const HEADER_BYTES = 8;
const HEADER3_BYTES = 12;
const SUBHEADER_BYTES = 8;

/**
 * Reads the header of ERSPAN: type II has eight bytes, and a sequence number in its GRE header; type I has neither.
 *
 * The session is no part of the tunnel, since a session may mirror one direction alone.
 */
export function readErspan(frame: Frame, isNumbered: boolean): number {
	if (isNumbered) {
		if (!frame.has(HEADER_BYTES)) return frame.rejectShort(HEADER_BYTES);
		if (frame.u8(0) >>> 4 !== 1) return frame.reject('not-tcp');
		frame.at += HEADER_BYTES;
	}
	frame.enterBetweenEnds('erspan');
	return EtherType.bridging;
}

/** Reads the header of ERSPAN type III, and the eight bytes behind it that a bit of it tells of. */
export function readErspan3(frame: Frame): number {
	if (!frame.has(HEADER3_BYTES)) return frame.rejectShort(HEADER3_BYTES);
	const last = frame.u16(10);
	const length = HEADER3_BYTES + ((last & 1) === 0 ? 0 : SUBHEADER_BYTES);
	if (frame.u8(0) >>> 4 !== 2) return frame.reject('not-tcp');
	if (!frame.has(length)) return frame.rejectShort(length);
	const frameType = (last >>> 10) & 31;
	frame.at += length;
	if (frameType > 2) return frame.reject('not-tcp');
	frame.enterBetweenEnds('erspan');
	if (frameType === 0) return EtherType.bridging;
	if (!frame.has(1)) return frame.rejectShort(1);
	return frame.u8(0) >>> 4 === 6 ? EtherType.ipv6 : EtherType.ipv4;
}
