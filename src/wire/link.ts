import { LinkType } from '../linkType.js';
import { EtherType } from './etherType.js';
import { type Frame, rejected } from './frame.js';
import { readLoopback, readRaw } from './link/bare.js';
import { readEthernet, readSnap } from './link/ethernet.js';
import { readLinuxSll, readLinuxSll2 } from './link/linuxCooked.js';
import { readNflog } from './link/nflog.js';
import { readCiscoHdlc, readPpp, readPppoe, readSerial } from './link/ppp.js';
import { readAvs, readPpi, readPrism, readRadiotap } from './link/radio.js';
import { readFddi, readTokenRing } from './link/rings.js';
import { readWireless } from './link/wireless.js';

/** Reads a link header and moves behind it; answers the EtherType of what follows, or `rejected`. */
type ReadLink = (frame: Frame) => number;

const readers: Readonly<Record<number, ReadLink>> = {
	[LinkType.null]: readLoopback,
	[LinkType.tokenRing]: readTokenRing,
	[LinkType.ppp]: readPpp,
	[LinkType.fddi]: readFddi,
	[LinkType.rawBsd]: readRaw,
	[LinkType.rawOpenBsd]: readRaw,
	[LinkType.pppSerial]: readSerial,
	[LinkType.pppEther]: readPppoe,
	[LinkType.atmRfc1483]: readSnap,
	[LinkType.raw]: readRaw,
	[LinkType.ciscoHdlc]: readCiscoHdlc,
	[LinkType.ieee80211]: frame => readWireless(frame),
	[LinkType.loop]: readLoopback,
	[LinkType.linuxSll]: readLinuxSll,
	[LinkType.prism]: readPrism,
	[LinkType.radiotap]: readRadiotap,
	[LinkType.avs]: readAvs,
	[LinkType.ppi]: readBehindPpi,
	[LinkType.mpls]: () => EtherType.mpls,
	[LinkType.ipv4]: readRaw,
	[LinkType.ipv6]: readRaw,
	[LinkType.nflog]: readNflog,
	[LinkType.linuxSll2]: readLinuxSll2,
};

/**
 * Reads the link header of a frame and moves behind it.
 *
 * @returns the EtherType of what follows, or `rejected`.
 */
export function readLink(frame: Frame, linkType: number): number {
	if (linkType === LinkType.ethernet) return readEthernet(frame);
	return readers[linkType]?.(frame) ?? frame.reject('unsupported-link');
}

function readBehindPpi(frame: Frame): number {
	const linkType = readPpi(frame);
	if (linkType === rejected) return rejected;
	return linkType === LinkType.ppi ? frame.reject('bad-header') : readLink(frame, linkType);
}
