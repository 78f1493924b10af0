import { type PacketLine, printPacketLine } from './packetLine.js';
import { printPayload } from './payload.js';

/** Characters that a payload may have. */
const PAYLOAD_MAX = 24;

/** A packet in a line of a picture: without options and window, and with no more than the beginning of its payload. */
export function packetLabel(line: PacketLine): string {
	const text = printPacketLine({ ...line, options: [], window: 65_535, timestamp: undefined });
	if (line.payload.length === 0) return text;
	const payload = printPayload(line.payload);
	return text.slice(0, text.length - payload.length) + shortened(payload);
}

/** A payload is printed as visible ASCII, so it can be cut anywhere but within an escape. */
function shortened(payload: string): string {
	if (payload.length <= PAYLOAD_MAX) return payload;
	const head = payload.slice(0, PAYLOAD_MAX - 2);
	return head.replace(/(?<!\\)((?:\\\\)*)\\(?:x[0-9a-f]?)?$/, '$1') + (payload.startsWith('"') ? '…"' : '…');
}
