import { EtherType } from '../etherType.js';
import type { Frame } from '../frame.js';

const ADDRESS_BYTES_MAX = 4;
/** Unnumbered information (Q.922). */
const CONTROL = 3;
/** Network layer protocol identifiers (ISO/IEC TR 9577). */
const Nlpid = { padding: 0, snap: 0x80, ipv6: 0x8e, ipv4: 0xcc } as const;
const BRIDGED = 0x80c2;
/** Ethernet without and with its check sequence, which lies behind the IP length anyway. */
const bridgedEthernet: ReadonlySet<number> = new Set([1, 7]);

/** Reads the header of frame relay: an address of two to four bytes, then as RFC 2427 has it, or an EtherType as Cisco has it. */
export function readFrameRelay(frame: Frame): number {
	let length = 0;
	do {
		if (length === ADDRESS_BYTES_MAX) return frame.reject('bad-header');
		length++;
		if (!frame.has(length)) return frame.rejectShort(length);
	} while ((frame.u8(length - 1) & 1) === 0);
	frame.at += length;
	if (!frame.has(2)) return frame.rejectShort(2);
	if (frame.u8(0) === CONTROL) return readNlpid(frame);
	const etherType = frame.u16(0);
	frame.at += 2;
	return etherType;
}

function readNlpid(frame: Frame): number {
	frame.at += frame.u8(1) === Nlpid.padding ? 2 : 1;
	if (!frame.has(1)) return frame.rejectShort(1);
	const nlpid = frame.u8(0);
	frame.at += 1;
	if (nlpid === Nlpid.ipv4) return EtherType.ipv4;
	if (nlpid === Nlpid.ipv6) return EtherType.ipv6;
	return nlpid === Nlpid.snap ? readOrganization(frame) : frame.reject('not-ip');
}

function readOrganization(frame: Frame): number {
	if (!frame.has(5)) return frame.rejectShort(5);
	const organization = (frame.u8(0) << 16) | frame.u16(1);
	const type = frame.u16(3);
	frame.at += 5;
	if (organization === 0) return type;
	return organization === BRIDGED && bridgedEthernet.has(type) ? EtherType.bridging : frame.reject('not-ip');
}
