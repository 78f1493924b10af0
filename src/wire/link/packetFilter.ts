import type { Frame } from '../frame.js';
import { etherTypeOfFamily } from './bare.js';

const ENC_BYTES = 12;
const PFLOG_BYTES_MIN = 48;

/** What a BSD's `enc` devices show of IPsec, unwrapped: the address family in the byte order of whoever captured, and what IPsec knows. */
export function readEnc(frame: Frame): number {
	if (!frame.has(ENC_BYTES)) return frame.rejectShort(ENC_BYTES);
	const family = frame.u16(0) === 0 ? frame.u16(2) : frame.u8(0) | (frame.u8(1) << 8);
	frame.at += ENC_BYTES;
	return etherTypeOfFamily(frame, family);
}

/** What a BSD's packet filter logs: a header that says its own length, without the padding to a multiple of four. */
export function readPflog(frame: Frame): number {
	if (!frame.has(2)) return frame.rejectShort(2);
	const length = (frame.u8(0) + 3) & ~3;
	if (length < PFLOG_BYTES_MIN) return frame.reject('bad-header');
	if (!frame.has(length)) return frame.rejectShort(length);
	const family = frame.u8(1);
	frame.at += length;
	return etherTypeOfFamily(frame, family);
}
