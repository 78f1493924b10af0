import type { Frame } from '../frame.js';
import { readGtp } from './gtp.js';
import { readL2tp } from './l2tp.js';
import { readTeredo } from './teredo.js';
import { readGeneve, readVxlan, readVxlanGpe } from './virtualNetwork.js';

const Port = { l2tp: 1701, gtp: 2152, teredo: 3544, vxlan: 4789, vxlanGpe: 4790, geneve: 6081, vxlanOfLinux: 8472 } as const;

const HEADER_BYTES = 8;

/**
 * Reads a UDP header, and that of a tunnel if its port is that of one: the destination, for Teredo and L2TP either. What does not look
 * like the tunnel is `not-tcp`.
 *
 * @returns the EtherType of what is in the tunnel, or `rejected`.
 */
export function readOverUdp(frame: Frame): number {
	if (!frame.has(HEADER_BYTES)) return frame.reject('not-tcp');
	const source = frame.u16(0);
	const destination = frame.u16(2);
	const length = frame.u16(4);
	if (length >= HEADER_BYTES) frame.endAfter(length);
	frame.at += HEADER_BYTES;
	switch (destination) {
		case Port.vxlan:
		case Port.vxlanOfLinux:
			return readVxlan(frame);
		case Port.vxlanGpe:
			return readVxlanGpe(frame);
		case Port.geneve:
			return readGeneve(frame);
		case Port.gtp:
			return readGtp(frame);
	}
	if (destination === Port.teredo || source === Port.teredo) return readTeredo(frame);
	return destination === Port.l2tp || source === Port.l2tp ? readL2tp(frame) : frame.reject('not-tcp');
}
