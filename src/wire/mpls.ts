import { EtherType } from './etherType.js';
import type { Frame } from './frame.js';

const LABELS_MAX = 16;

/**
 * Reads a stack of MPLS labels (RFC 3032) and moves behind it.
 *
 * @returns the EtherType of what follows, or `rejected`. Nothing says what that is, so it is told by its first four bits,
 * as routers do: the version of IP. A pseudowire, with or without a control word, is no IP.
 */
export function readMpls(frame: Frame): number {
	for (let labels = 0, isBottom = false; !isBottom; labels++) {
		if (labels === LABELS_MAX) return frame.reject('bad-header');
		if (!frame.has(4)) return frame.rejectShort(4);
		isBottom = (frame.u8(2) & 1) === 1;
		frame.at += 4;
	}
	if (!frame.has(1)) return frame.rejectShort(1);
	const version = frame.u8(0) >>> 4;
	if (version === 4) return EtherType.ipv4;
	return version === 6 ? EtherType.ipv6 : frame.reject('not-ip');
}
