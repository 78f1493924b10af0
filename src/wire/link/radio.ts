import { type Frame, rejected } from '../frame.js';
import { readWireless } from './wireless.js';

/** Bits of radiotap's presence words, and of its flags. */
const Present = { timer: 1, flags: 2, more: 0x8000_0000 | 0 } as const;
const Flag = { checkSequence: 0x10, padded: 0x20 } as const;
const CHECK_SEQUENCE_BYTES = 4;

const AVS_COOKIE = 0x80211000 | 0;
const PRISM_HEADER_BYTES_MIN = 24;

/** The word `offset` behind `at`, least byte first. */
const u16le = (frame: Frame, offset: number) => frame.u8(offset) | (frame.u8(offset + 1) << 8);
const i32le = (frame: Frame, offset: number) => u16le(frame, offset) | (u16le(frame, offset + 2) << 16);

/** Moves behind a header of so many bytes; false if that cannot be. */
function skip(frame: Frame, length: number, least: number): boolean {
	const isRight = length >= least && frame.has(length);
	if (isRight) frame.at += length;
	else if (length < least) frame.reject('bad-header');
	else frame.rejectShort(length);
	return isRight;
}

/** 802.11 behind a radiotap header (radiotap.org), which says whether a check sequence ends the frame, and of padding in it. */
export function readRadiotap(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	if (frame.u8(0) !== 0) return frame.reject('bad-header');
	const length = u16le(frame, 2);
	const flags = length >= 8 && frame.has(length) ? flagsIn(frame, length) : 0;
	if (!skip(frame, length, 8)) return rejected;
	if ((flags & Flag.checkSequence) !== 0) frame.endAfter(Math.max(0, frame.wireEnd - frame.at - CHECK_SEQUENCE_BYTES));
	return readWireless(frame, (flags & Flag.padded) !== 0);
}

/** The flags come first of all fields, but for a timer of eight bytes that begins at a multiple of eight. */
function flagsIn(frame: Frame, length: number): number {
	const present = i32le(frame, 4);
	if ((present & Present.flags) === 0) return 0;
	let at = 4;
	while (at + 4 <= length && (i32le(frame, at) & Present.more) !== 0) at += 4;
	at += 4;
	if ((present & Present.timer) !== 0) at = ((at + 7) & ~7) + 8;
	return at < length ? frame.u8(at) : 0;
}

/** 802.11 behind the header of AVS: its length is in network byte order. */
export function readAvs(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	return skip(frame, frame.i32(4) >>> 0, 8) ? readWireless(frame) : rejected;
}

/** 802.11 behind the header of Prism cards, in the byte order of whoever captured; some write that of AVS instead. */
export function readPrism(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	if ((frame.i32(0) & ~0xfff) === AVS_COOKIE) return readAvs(frame);
	// It is short, so that its byte order shows.
	const length = u16le(frame, 4) === 0 ? frame.i32(4) : i32le(frame, 4);
	return skip(frame, length >>> 0, PRISM_HEADER_BYTES_MIN) ? readWireless(frame) : rejected;
}

/**
 * Moves behind a header of PPI, which says the link type of what follows.
 *
 * @returns that link type, or `rejected`.
 */
export function readPpi(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	const linkType = i32le(frame, 4);
	if (frame.u8(0) !== 0 || linkType < 0) return frame.reject('bad-header');
	return skip(frame, u16le(frame, 2), 8) ? linkType : rejected;
}
