import { type Frame, rejected } from '../frame.js';
import { readEthernet } from './ethernet.js';
import { skip } from './prefixed.js';

const PREAMBLE_BYTES = 8;
/** Starts a frame that is whole. */
const EXPRESS = 0xd5;

/** Ethernet with its preamble (IEEE 802.3br); frames that may be sent in parts are not taken. */
export function readMpacket(frame: Frame): number {
	if (!skip(frame, PREAMBLE_BYTES)) return rejected;
	return frame.u8(-1) === EXPRESS ? readEthernet(frame) : frame.reject('fragment');
}
