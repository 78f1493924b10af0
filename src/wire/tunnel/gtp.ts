import { type Frame, rejected } from '../frame.js';
import { guessIp } from './guess.js';

/** The first byte: version 1 and the bit that says GTP; then what of the optional words means anything. */
const Flag = { kind: 0xf0, gtp1: 0x30, extension: 4, optional: 7 } as const;
const USER_DATA = 255;
const HEADER_BYTES = 8;
const OPTIONAL_BYTES = 4;
const EXTENSIONS_MAX = 8;

/**
 * Reads a header of GTP-U (3GPP TS 29.281) with the IP datagram of a user behind it.
 *
 * Its endpoint identifiers differ by direction, so the tunnel is told by its two ends alone.
 */
export function readGtp(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.rejectGuess(HEADER_BYTES);
	const flags = frame.u8(0);
	if ((flags & Flag.kind) !== Flag.gtp1 || frame.u8(1) !== USER_DATA) return frame.reject('not-tcp');
	const length = frame.u16(2);
	frame.endAfter(HEADER_BYTES + length);
	frame.at += HEADER_BYTES;
	if ((flags & Flag.optional) !== 0 && skipOptional(frame, (flags & Flag.extension) !== 0) === rejected) return rejected;
	const etherType = guessIp(frame);
	if (etherType !== rejected) frame.enterBetweenEnds('gtp-u');
	return etherType;
}

/** The last byte of the optional words, and of each extension header, says what extension follows; 0 for none. */
function skipOptional(frame: Frame, extended: boolean): number {
	if (!frame.has(OPTIONAL_BYTES)) return frame.rejectGuess(OPTIONAL_BYTES);
	let next = extended ? frame.u8(3) : 0;
	frame.at += OPTIONAL_BYTES;
	for (let count = 0; next !== 0; count++) {
		if (!frame.has(1)) return frame.rejectGuess(1);
		const length = frame.u8(0) << 2;
		if (length === 0 || count === EXTENSIONS_MAX) return frame.reject('not-tcp');
		if (!frame.has(length)) return frame.rejectGuess(length);
		next = frame.u8(length - 1);
		frame.at += length;
	}
	return 0;
}
