import type { Direction } from '../src/flow.js';
import type { Segment } from '../src/wire/segment.js';
import { type PacketLine, payloadBytesMax } from './packetLine.js';
import { ACK, URG } from './tcpFlags.js';
import { decodeOptions } from './tcpOptions.js';
import { isPrintableVlan } from './vlan.js';

/**
 * The line that says what a segment is, on the default connection: its TCP header and its payload, which is copied. What
 * the capture cut off is zeros and `cut`. What is around it (tunnels, fragments, addresses) a line does not say.
 *
 * @throws RangeError if it is longer than a datagram can be, which a capture of an offloading host may hold.
 */
export function lineOfSegment(segment: Segment, direction: Direction): PacketLine {
	const { flags, length, missing } = segment;
	const version = segment.version === 4 ? 4 : 6;
	const options = decodeOptions(segment.options);
	const lengthMax = payloadBytesMax({ version, options });
	if (length + missing > lengthMax) {
		throw new RangeError(`packet ${segment.packet}: expected a payload of at most ${lengthMax} bytes, found ${length + missing}`);
	}
	const payload = new Uint8Array(length + missing);
	payload.set(segment.payload);
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
		options,
		version,
		vlan: isPrintableVlan(segment.vlan) ? segment.vlan : 0,
		pad: false,
		cut: missing,
		badChecksum: false,
		timestamp: undefined,
		payload,
	};
}
