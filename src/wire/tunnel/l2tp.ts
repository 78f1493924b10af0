import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

const Flag = { control: 0x8000, length: 0x4000, sequence: 0x0800, offset: 0x0200, version: 0xf } as const;

/**
 * Reads a header of L2TP version 2 (RFC 2661) that carries data: PPP follows. Its tunnel and session numbers differ by direction.
 * Version 3 does not say in its packets what follows; it is not looked into.
 */
export function readL2tp(frame: Frame): number {
	if (!frame.has(2)) return frame.rejectGuess(2);
	const flags = frame.u16(0);
	if ((flags & Flag.control) !== 0 || (flags & Flag.version) !== 2) return frame.reject('not-tcp');
	const idsAt = (flags & Flag.length) === 0 ? 2 : 4;
	const offsetAt = idsAt + 4 + ((flags & Flag.sequence) === 0 ? 0 : 4);
	const hasOffset = (flags & Flag.offset) !== 0;
	const least = offsetAt + (hasOffset ? 2 : 0);
	if (!frame.has(least)) return frame.rejectGuess(least);
	if (idsAt === 4) frame.endAfter(frame.u16(2));
	const length = least + (hasOffset ? frame.u16(offsetAt) : 0);
	if (!frame.has(length)) return frame.rejectGuess(length);
	frame.enterBetweenEnds('l2tp');
	frame.at += length;
	return EtherType.ppp;
}
