import { LinkType } from '../linkType.js';
import { EtherType } from './etherType.js';
import { type Frame, rejected } from './frame.js';
import { readArcnet, readLinuxArcnet } from './link/arcnet.js';
import { readLoopback, readRaw } from './link/bare.js';
import { readDocsis } from './link/docsis.js';
import { readErf } from './link/erf.js';
import { readEthernet, readSnap } from './link/ethernet.js';
import { readFrameRelay } from './link/frameRelay.js';
import { readLinuxSll, readLinuxSll2 } from './link/linuxCooked.js';
import { readMpacket } from './link/mpacket.js';
import { readNflog } from './link/nflog.js';
import { readEnc, readPflog } from './link/packetFilter.js';
import { readPktap } from './link/pktap.js';
import { readCiscoHdlc, readPpp, readPppoe, readSerial } from './link/ppp.js';
import {
	readBroadcomBefore,
	readCiscoHdlcWithDirection,
	readFirewire,
	readFrameRelayWithDirection,
	readIpnet,
	readIpOverFibreChannel,
	readIpOverInfiniband,
	readLongSwitchTag,
	readNetAnalyzer,
	readPppd,
	readPppWithDirection,
	readSlip,
	readSunAtm,
	readSwitchTag,
} from './link/prefixed.js';
import { readAvs, readPpi, readPrism, readRadiotap } from './link/radio.js';
import { readFddi, readTokenRing } from './link/rings.js';
import { readWireless } from './link/wireless.js';

/** Reads a link header and moves behind it; answers the EtherType of what follows, or `rejected`. */
type ReadLink = (frame: Frame) => number;

const readers: Readonly<Record<number, ReadLink>> = {
	[LinkType.null]: readLoopback,
	[LinkType.tokenRing]: readTokenRing,
	[LinkType.arcnet]: readArcnet,
	[LinkType.slip]: readSlip,
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
	[LinkType.frameRelay]: readFrameRelay,
	[LinkType.loop]: readLoopback,
	[LinkType.enc]: readEnc,
	[LinkType.linuxSll]: readLinuxSll,
	[LinkType.pflog]: readPflog,
	[LinkType.prism]: readPrism,
	[LinkType.ipOverFibreChannel]: readIpOverFibreChannel,
	[LinkType.sunAtm]: readSunAtm,
	[LinkType.radiotap]: readRadiotap,
	[LinkType.arcnetLinux]: readLinuxArcnet,
	[LinkType.ipOverFirewire]: readFirewire,
	[LinkType.docsis]: readDocsis,
	[LinkType.avs]: readAvs,
	[LinkType.pppd]: readPppd,
	[LinkType.ppi]: behind(readPpi),
	[LinkType.erf]: readErf,
	[LinkType.pppWithDirection]: readPppWithDirection,
	[LinkType.ciscoHdlcWithDirection]: readCiscoHdlcWithDirection,
	[LinkType.frameRelayWithDirection]: readFrameRelayWithDirection,
	[LinkType.mpls]: () => EtherType.mpls,
	[LinkType.ipnet]: readIpnet,
	[LinkType.ipv4]: readRaw,
	[LinkType.ipv6]: readRaw,
	[LinkType.nflog]: readNflog,
	[LinkType.netAnalyzer]: readNetAnalyzer,
	[LinkType.ipOverInfiniband]: readIpOverInfiniband,
	[LinkType.pktap]: behind(readPktap),
	[LinkType.mpacket]: readMpacket,
	[LinkType.linuxSll2]: readLinuxSll2,
	[LinkType.broadcomTag]: readSwitchTag,
	[LinkType.broadcomTagBefore]: readBroadcomBefore,
	[LinkType.dsaTag]: readSwitchTag,
	[LinkType.dsaEtherTypeTag]: readLongSwitchTag,
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

/** A header that says the link type of what follows, which is not another such header. */
function behind(readHeader: ReadLink): ReadLink {
	return frame => {
		const linkType = readHeader(frame);
		if (linkType === rejected) return rejected;
		return linkType === LinkType.ppi || linkType === LinkType.pktap ? frame.reject('bad-header') : readLink(frame, linkType);
	};
}
