import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

/** IP by its first four bits; else it is no tunnel. */
export function guessIp(frame: Frame): number {
	if (!frame.has(1)) return frame.rejectGuess(1);
	const version = frame.u8(0) >>> 4;
	if (version === 4) return EtherType.ipv4;
	return version === 6 ? EtherType.ipv6 : frame.reject('not-tcp');
}
