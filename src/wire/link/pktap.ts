import type { Frame } from '../frame.js';

const PKTAP_BYTES_MIN = 12;

/**
 * Moves behind the header of a macOS `pktap` device, which says the link type of what follows.
 *
 * @returns that link type, or `rejected`.
 */
export function readPktap(frame: Frame): number {
	if (!frame.has(PKTAP_BYTES_MIN)) return frame.rejectShort(PKTAP_BYTES_MIN);
	const length = frame.u8(0) | (frame.u8(1) << 8);
	const linkType = frame.u8(8) | (frame.u8(9) << 8);
	if (length < PKTAP_BYTES_MIN || frame.u8(2) !== 0 || frame.u8(3) !== 0) return frame.reject('bad-header');
	if (!frame.has(length)) return frame.rejectShort(length);
	frame.at += length;
	return linkType;
}
