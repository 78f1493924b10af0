import { type Frame, rejected } from '../frame.js';
import { readRaw } from './bare.js';
import { readEthernet, readSnap } from './ethernet.js';
import { readFrameRelay } from './frameRelay.js';
import { readCiscoHdlc, readPpp } from './ppp.js';
import { skipVlanTags } from './vlan.js';

/** Moves behind so many bytes; false if they are not there. */
export function skip(frame: Frame, length: number): boolean {
	const isHere = frame.has(length);
	if (isHere) frame.at += length;
	else frame.rejectShort(length);
	return isHere;
}

/** What is read behind a header of a fixed length that says nothing which matters here. */
const behind = (length: number, read: (frame: Frame) => number) => (frame: Frame) => (skip(frame, length) ? read(frame) : rejected);

/** An EtherType at the end of a header of that length. */
const typeAtEnd = (length: number) => (frame: Frame) => {
	if (!skip(frame, length)) return rejected;
	return skipVlanTags(frame, frame.u16(-2));
};

/** A direction, then PPP. */
export const readPppWithDirection = behind(1, readPpp);
export const readCiscoHdlcWithDirection = behind(1, readCiscoHdlc);
export const readFrameRelayWithDirection = behind(1, readFrameRelay);
/** Linux's pppd: the direction stands where the address of HDLC would. */
export const readPppd = behind(2, readPpp);
/** Direction and compression, then IP unless that is compressed. */
export const readSlip = behind(16, readRaw);
/** Addresses of 8 bytes each, then LLC (RFC 2625). */
export const readIpOverFibreChannel = behind(16, readSnap);
/** Addresses of 8 bytes each, then an EtherType (RFC 2734). */
export const readFirewire = typeAtEnd(18);
/** Solaris's ipnet devices. */
export const readIpnet = behind(24, readRaw);
/** Hilscher's netANALYZER: what it found out about an Ethernet frame. */
export const readNetAnalyzer = behind(4, readEthernet);
/** Broadcom's tag before an Ethernet frame. */
export const readBroadcomBefore = behind(4, readEthernet);
/** A switch's tag of 4 bytes behind the addresses of an Ethernet frame: Broadcom's, and Marvell's DSA. */
export const readSwitchTag = typeAtEnd(18);
/** Marvell's tag with an EtherType of its own. */
export const readLongSwitchTag = typeAtEnd(22);

/** A global route header, an EtherType, and two bytes that are reserved (RFC 4391). */
export function readIpOverInfiniband(frame: Frame): number {
	if (!skip(frame, 44)) return rejected;
	return frame.u16(-4);
}

const SUN_LLC = 2;

/** Sun's ATM: what kind of traffic it is, the circuit, and LLC if it is that. */
export function readSunAtm(frame: Frame): number {
	if (!skip(frame, 4)) return rejected;
	return (frame.u8(-4) & 15) === SUN_LLC ? readSnap(frame) : frame.reject('not-ip');
}
