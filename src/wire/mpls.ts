import { EtherType, isVlan } from './etherType.js';
import type { Frame } from './frame.js';

const LABELS_MAX = 16;
const CONTROL_WORD_BYTES = 4;
const IPV4_HEADER_WORDS_MIN = 5;

/**
 * Reads a stack of MPLS labels (RFC 3032) and moves behind it.
 *
 * @returns the EtherType of what follows, or `rejected`. Nothing says what that is. It is IP if it begins as that does, and an
 * Ethernet frame (RFC 4448), with or without a control word before it, if a type that is decoded stands where it has one.
 */
export function readMpls(frame: Frame): number {
	for (let labels = 0, isBottom = false; !isBottom; labels++) {
		if (labels === LABELS_MAX) return frame.reject('bad-header');
		if (!frame.has(4)) return frame.rejectShort(4);
		isBottom = (frame.u8(2) & 1) === 1;
		frame.at += 4;
	}
	if (!frame.has(1)) return frame.rejectShort(1);
	const first = frame.u8(0);
	// A MAC address may begin with a 4 or a 6, so IP must have its length right where there may be a frame too.
	if (first >>> 4 === 4) return isEthernet(frame, 0) && !isWholeIpv4(frame) ? EtherType.bridging : EtherType.ipv4;
	if (first >>> 4 === 6) return isEthernet(frame, 0) && !isWholeIpv6(frame) ? EtherType.bridging : EtherType.ipv6;
	return readPseudowire(frame, first >>> 4 === 0);
}

function readPseudowire(frame: Frame, mayHaveControlWord: boolean): number {
	// A frame with a VLAN tag has a second type where one behind a control word would have its first.
	if (isEthernet(frame, 0)) return EtherType.bridging;
	if (!mayHaveControlWord || !isEthernet(frame, CONTROL_WORD_BYTES)) return frame.reject('not-ip');
	frame.at += CONTROL_WORD_BYTES;
	return EtherType.bridging;
}

/** Whether a type that is decoded stands where an Ethernet frame has one, and IP behind it where it says so. */
function isEthernet(frame: Frame, offset: number): boolean {
	if (!frame.has(offset + 15)) return false;
	const etherType = frame.u16(offset + 12);
	if (etherType === EtherType.ipv4) return isIpv4(frame, offset + 14);
	if (etherType === EtherType.ipv6) return frame.u8(offset + 14) >>> 4 === 6;
	return isVlan(etherType) || etherType === EtherType.mpls || etherType === EtherType.pppoe;
}

function isIpv4(frame: Frame, offset: number): boolean {
	const first = frame.u8(offset);
	return first >>> 4 === 4 && (first & 15) >= IPV4_HEADER_WORDS_MIN;
}

/** Whether the length that it says is that which there is. */
function isWholeIpv4(frame: Frame): boolean {
	return isIpv4(frame, 0) && frame.at + frame.u16(2) === frame.wireEnd;
}

function isWholeIpv6(frame: Frame): boolean {
	return frame.at + 40 + frame.u16(4) === frame.wireEnd;
}
