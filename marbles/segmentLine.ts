import type { Direction } from '../src/flow.js';
import { type Segment, TcpFlag } from '../src/wire/segment.js';
import { type PacketLine, payloadBytesMax } from './packetLine.js';
import { ACK, URG } from './tcpFlags.js';
import { decodeOptions } from './tcpOptions.js';
import { isPrintableVlan } from './vlan.js';

/**
 * The lines that say what a segment is, on the default connection: its TCP header and its payload, which is copied. What
 * the capture cut off is zeros and `cut`. What is around it (tunnels, fragments, addresses) a line does not say.
 *
 * It is one line, unless it is longer than a datagram can be, as a host has it before its network card splits it (TSO): then
 * it is split here. Bytes that were cut off are only counted as far as they fit into the last line.
 */
export function linesOfSegment(segment: Segment, direction: Direction): PacketLine[] {
	const whole = headerOf(segment, direction);
	const { payload, length, missing } = segment;
	const lengthMax = payloadBytesMax(whole);
	const lines: PacketLine[] = [];
	for (let from = 0; from === 0 || from < length; from += lengthMax) {
		const isLast = from + lengthMax >= length;
		const to = isLast ? length : from + lengthMax;
		const cut = isLast ? Math.min(missing, lengthMax - (to - from)) : 0;
		const copy = new Uint8Array(to - from + cut);
		copy.set(payload.subarray(from, to));
		const synBytes = from > 0 && (whole.flags & TcpFlag.syn) !== 0 ? 1 : 0;
		const flags = whole.flags & ~(isLast ? 0 : TcpFlag.fin | TcpFlag.psh) & ~(from === 0 ? 0 : TcpFlag.syn | TcpFlag.urg);
		const urgent = from === 0 ? whole.urgent : 0;
		lines.push({ ...whole, flags, seq: (whole.seq + synBytes + from) % 2 ** 32, urgent, cut, payload: copy });
	}
	return lines;
}

function headerOf(segment: Segment, direction: Direction): PacketLine {
	const { flags } = segment;
	return {
		connection: '',
		direction,
		flags,
		seq: segment.seq >>> 0,
		seqFromIsn: false,
		ack: (flags & ACK) === 0 ? 0 : segment.ack >>> 0,
		ackFromIsn: false,
		window: segment.window,
		urgent: (flags & URG) === 0 ? 0 : segment.urgentPointer,
		options: decodeOptions(segment.options),
		version: segment.version === 4 ? 4 : 6,
		vlan: isPrintableVlan(segment.vlan) ? segment.vlan : 0,
		pad: false,
		cut: 0,
		badChecksum: false,
		timestamp: undefined,
		payload: new Uint8Array(0),
	};
}
