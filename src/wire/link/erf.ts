import type { Frame } from '../frame.js';
import { readEthernet } from './ethernet.js';
import { readSerial } from './ppp.js';

const ERF_BYTES = 16;
const ERF_EXTENSION_BYTES = 8;
const ERF_EXTENSIONS_MAX = 16;
const MORE = 0x80;
/** Before an Ethernet frame: an offset, and padding. */
const ERF_ETHERNET_PADDING = 2;
const erfSerial: ReadonlySet<number> = new Set([1, 10, 15, 17]);
const erfEthernet: ReadonlySet<number> = new Set([2, 11, 16, 20]);

/** Endace's records: a header, extensions of it, and an Ethernet frame, PPP or Cisco HDLC. */
export function readErf(frame: Frame): number {
	if (!frame.has(ERF_BYTES)) return frame.rejectShort(ERF_BYTES);
	const type = frame.u8(8);
	frame.at += ERF_BYTES;
	let hasMore = (type & MORE) !== 0;
	for (let count = 0; hasMore; count++) {
		if (count === ERF_EXTENSIONS_MAX) return frame.reject('bad-header');
		if (!frame.has(ERF_EXTENSION_BYTES)) return frame.rejectShort(ERF_EXTENSION_BYTES);
		hasMore = (frame.u8(0) & MORE) !== 0;
		frame.at += ERF_EXTENSION_BYTES;
	}
	if (erfSerial.has(type & ~MORE)) return readSerial(frame);
	if (!erfEthernet.has(type & ~MORE)) return frame.reject('not-ip');
	if (!frame.has(ERF_ETHERNET_PADDING)) return frame.rejectShort(ERF_ETHERNET_PADDING);
	frame.at += ERF_ETHERNET_PADDING;
	return readEthernet(frame);
}
