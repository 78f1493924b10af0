import { type Frame, rejected } from '../frame.js';
import { readEthernet } from './ethernet.js';
import { skip } from './prefixed.js';

const DOCSIS_HEADER_BYTES = 6;

/** DOCSIS: a header of the cable modem, and if it is one for packets, an Ethernet frame. */
export function readDocsis(frame: Frame): number {
	if (!skip(frame, DOCSIS_HEADER_BYTES)) return rejected;
	const control = frame.u8(-6);
	if (control >>> 1 !== 0) return frame.reject('not-ip');
	const hasExtension = (control & 1) !== 0;
	return skip(frame, hasExtension ? frame.u8(-5) : 0) ? readEthernet(frame) : rejected;
}
