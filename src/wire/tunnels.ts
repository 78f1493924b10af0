import { EtherType } from './etherType.js';
import type { Frame } from './frame.js';
import { Protocol } from './ip.js';
import { readGre } from './tunnel/gre.js';
import { readOverUdp } from './tunnel/overUdp.js';

const ETHERIP_BYTES = 2;
const ETHERIP_VERSION = 3;

/**
 * Reads the header of a tunnel in an IP datagram, and moves behind it.
 *
 * @param protocol the number of what is in the datagram.
 * @returns the EtherType of what is in the tunnel, or `rejected`.
 */
export function readTunnel(frame: Frame, protocol: number): number {
	const over4 = frame.version === 4;
	frame.detoured = false;
	switch (protocol) {
		case Protocol.udp:
			return readOverUdp(frame);
		case Protocol.gre:
			return readGre(frame);
		case Protocol.ipv4:
			frame.enterBetweenEnds(over4 ? 'ipip' : '4in6');
			return EtherType.ipv4;
		case Protocol.ipv6:
			frame.enterBetweenEnds(over4 ? '6in4' : '6in6');
			return EtherType.ipv6;
		case Protocol.mpls:
			frame.enterBetweenEnds('mpls-in-ip');
			return EtherType.mpls;
		case Protocol.etherIp:
			return readEtherIp(frame);
		default:
			return frame.reject('not-tcp');
	}
}

/** RFC 3378: a version, and an Ethernet frame. */
function readEtherIp(frame: Frame): number {
	if (!frame.has(ETHERIP_BYTES)) return frame.rejectShort(ETHERIP_BYTES);
	if (frame.u8(0) >>> 4 !== ETHERIP_VERSION) return frame.reject('bad-header');
	frame.enterBetweenEnds('etherip');
	frame.at += ETHERIP_BYTES;
	return EtherType.bridging;
}
