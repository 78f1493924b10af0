import type { Frame } from '../frame.js';
import { readSnap } from './ethernet.js';

/** Bits of the frame control field (IEEE 802.11), its first byte in the upper half. */
const Control = {
	version: 0x0300,
	type: 0x0c00,
	data: 0x0800,
	qos: 0x8000,
	noData: 0x4000,
	toSystem: 0x01,
	fromSystem: 0x02,
	moreFragments: 0x04,
	isProtected: 0x40,
	order: 0x80,
} as const;

const AGGREGATED = 0x80;

/**
 * Reads the header of an 802.11 frame, and LLC and SNAP behind it. Only data that is readable is taken: frames under protection
 * are `encrypted`, aggregates of several (A-MSDU) `aggregated`, parts of a frame `fragment`.
 *
 * @param padded there are bytes between header and data, so that these begin at a multiple of four.
 */
export function readWireless(frame: Frame, padded = false): number {
	if (!frame.has(2)) return frame.rejectShort(2);
	const control = frame.u16(0);
	const has = (bit: number) => (control & bit) !== 0;
	if (has(Control.version)) return frame.reject('bad-header');
	if ((control & Control.type) !== Control.data || has(Control.noData)) return frame.reject('not-ip');
	const addressed = has(Control.toSystem) && has(Control.fromSystem) ? 30 : 24;
	const length = addressed + (has(Control.qos) ? 2 : 0) + (has(Control.qos) && has(Control.order) ? 4 : 0);
	if (!frame.has(length)) return frame.rejectShort(length);
	if (has(Control.isProtected)) return frame.reject('encrypted');
	const isPart = has(Control.moreFragments) || (frame.u8(22) & 15) !== 0;
	if (isPart) return frame.reject('fragment');
	if (has(Control.qos) && (frame.u8(addressed) & AGGREGATED) !== 0) return frame.reject('aggregated');
	frame.at += padded ? (length + 3) & ~3 : length;
	return readSnap(frame);
}
