import { LinkType } from '../linkType.js';
import { EtherType } from './etherType.js';
import { type Frame, rejected } from './frame.js';

const VLAN_TAGS_MAX = 8;

/**
 * Reads the link header of a frame and moves behind it.
 *
 * @returns the EtherType of what follows, or `rejected`.
 */
export function readLink(frame: Frame, linkType: number): number {
	switch (linkType) {
		case LinkType.ethernet:
			return readEthernet(frame);
		case LinkType.linuxSll:
			return readLinuxSll(frame);
		case LinkType.null:
		case LinkType.loop:
			return readLoopback(frame);
		case LinkType.raw:
		case LinkType.rawBsd:
		case LinkType.rawOpenBsd:
		case LinkType.ipv4:
		case LinkType.ipv6:
			return readRaw(frame);
		default:
			return frame.reject('unsupported-link');
	}
}

/** Up to here, what stands for the type is a length (IEEE 802.3). */
const ETHERNET_LENGTH_MAX = 1500;

/** Ethernet II; IEEE 802.3 with LLC and SNAP; VLAN tags before either. */
function readEthernet(frame: Frame): number {
	if (!frame.has(14)) return frame.rejectShort(14);
	const outer = frame.u16(12);
	frame.at += 14;
	const typeOrLength = skipVlanTags(frame, outer);
	return typeOrLength !== rejected && typeOrLength <= ETHERNET_LENGTH_MAX ? readSnap(frame) : typeOrLength;
}

function readSnap(frame: Frame): number {
	if (!frame.has(8)) return frame.rejectShort(8);
	const isSnap = frame.u16(0) === 0xaaaa && frame.i32(2) === 0x03000000;
	if (!isSnap) return frame.reject('not-ip');
	const etherType = frame.u16(6);
	frame.at += 8;
	return skipVlanTags(frame, etherType);
}

/** Linux cooked capture, version 1. */
function readLinuxSll(frame: Frame): number {
	if (!frame.has(16)) return frame.rejectShort(16);
	const etherType = frame.u16(14);
	frame.at += 16;
	return skipVlanTags(frame, etherType);
}

/** 802.1Q and 802.1ad: any number of tags, of which the inner two tell the VLAN. */
function skipVlanTags(frame: Frame, etherType: number): number {
	let next = etherType;
	for (let tags = 0; isVlan(next); tags++) {
		if (tags === VLAN_TAGS_MAX) return frame.reject('bad-header');
		if (!frame.has(4)) return frame.rejectShort(4);
		frame.vlan = ((frame.vlan << 12) | (frame.u16(0) & 0xfff)) & 0xffffff;
		next = frame.u16(2);
		frame.at += 4;
	}
	return next;
}

function isVlan(etherType: number): boolean {
	return (
		etherType === EtherType.vlan ||
		etherType === EtherType.serviceVlan ||
		etherType === EtherType.oldVlan ||
		etherType === EtherType.oldVlan2
	);
}

/** BSD loopback: the address family, in the byte order of whoever captured it (NULL) or of the network (LOOP). */
function readLoopback(frame: Frame): number {
	if (!frame.has(4)) return frame.rejectShort(4);
	// The number of a family is small, so its byte order shows.
	const family = frame.u16(0) === 0 ? frame.u16(2) : frame.u8(0) | (frame.u8(1) << 8);
	frame.at += 4;
	switch (family) {
		case 2:
			return EtherType.ipv4;
		case 10: // Linux
		case 24: // NetBSD, OpenBSD
		case 28: // FreeBSD
		case 30: // macOS
			return EtherType.ipv6;
		default:
			return frame.reject('not-ip');
	}
}

/** No link header: the version of IP is in the first four bits. */
function readRaw(frame: Frame): number {
	if (!frame.has(1)) return frame.rejectShort(1);
	const version = frame.u8(0) >>> 4;
	if (version === 4) return EtherType.ipv4;
	return version === 6 ? EtherType.ipv6 : frame.reject('bad-header');
}
