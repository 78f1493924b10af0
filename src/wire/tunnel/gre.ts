import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';
import { readErspan, readErspan3 } from './erspan.js';

const Flag = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgment: 0x80, version: 7 } as const;

/** Networks below are reserved (RFC 7637): a key that gives one of these is a plain key of GRE. */
const NVGRE_ID_MIN = 0x1000;

/**
 * Reads a header of GRE: version 0 (RFC 2784, RFC 2890) with what may be in it, but for source routes; version 1, that of PPTP
 * (RFC 2637). The checksum is not looked at.
 *
 * @returns the EtherType of what follows, or `rejected`.
 */
export function readGre(frame: Frame): number {
	if (!frame.has(4)) return frame.rejectShort(4);
	const flags = frame.u16(0);
	const etherType = frame.u16(2);
	const version = flags & Flag.version;
	if (version === 1) return readPptp(frame, flags, etherType);
	if (version !== 0 || (flags & Flag.routing) !== 0) return frame.reject('not-tcp');
	const keyAt = (flags & Flag.checksum) === 0 ? 4 : 8;
	const sequenceAt = keyAt + ((flags & Flag.key) === 0 ? 0 : 4);
	const length = sequenceAt + ((flags & Flag.sequence) === 0 ? 0 : 4);
	if (!frame.has(length)) return frame.rejectShort(length);
	const key = (flags & Flag.key) === 0 ? 0 : frame.i32(keyAt) >>> 0;
	frame.at += length;
	if (etherType === EtherType.erspan) return readErspan(frame, (flags & Flag.sequence) !== 0);
	if (etherType === EtherType.erspan3) return readErspan3(frame);
	const network = key >>> 8;
	const isNetwork = etherType === EtherType.bridging && network >= NVGRE_ID_MIN;
	if (isNetwork) frame.enterNetwork('nvgre', network);
	else frame.enterBetweenEnds('gre', key);
	return etherType;
}

/** Its key tells the direction, and how long what follows is; what only acknowledges has nothing. */
function readPptp(frame: Frame, flags: number, etherType: number): number {
	const isPptp = etherType === EtherType.ppp && (flags & Flag.key) !== 0;
	if (!isPptp || (flags & Flag.sequence) === 0) return frame.reject('not-tcp');
	const length = (flags & Flag.acknowledgment) === 0 ? 12 : 16;
	if (!frame.has(length)) return frame.rejectShort(length);
	const payloadLength = frame.u16(4);
	frame.at += length;
	frame.endAfter(payloadLength);
	frame.enterBetweenEnds('pptp');
	return EtherType.ppp;
}
