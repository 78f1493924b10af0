import { parser } from 'mqtt-packet';
import type { MqttDecoded, MqttVersion } from './message.js';

/** What mqtt-packet makes of a packet: where something is missing it says null, undefined or -1. */
type Raw = MqttDecoded & { readonly cmd: string; readonly length: number };

/**
 * Decodes a whole packet; answers with a text if it is malformed. The bytes are kept.
 *
 * A packet that is none throws in some places of mqtt-packet, emits an error in others, and passes as good in a few.
 */
export function decodePacket(bytes: Uint8Array, version: MqttVersion): MqttDecoded | string {
	let raw: Raw | undefined;
	let error: string | undefined;
	const decoder = parser({ protocolVersion: version });
	decoder.on('packet', packet => {
		raw ??= packet as unknown as Raw;
	});
	decoder.on('error', (fault: unknown) => {
		error ??= textOf(fault);
	});
	try {
		// mqtt-packet asks for the methods of a Buffer; it stands on the same bytes.
		decoder.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
	} catch (fault) {
		error ??= textOf(fault);
	}
	if (error !== undefined) return error;
	return raw === undefined || isTooShort(raw) ? 'the packet is too short' : cleaned(raw);
}

function isTooShort({ cmd, messageId, returnCode, reasonCode }: Raw): boolean {
	return messageId === -1 || (cmd === 'connack' && returnCode === undefined && reasonCode === undefined);
}

/** Only what was decoded: of fields that a packet does not have, mqtt-packet says null. */
function cleaned({ cmd, length, ...decoded }: Raw): MqttDecoded {
	return Object.fromEntries(Object.entries(decoded).filter(([, value]) => value !== null && value !== undefined));
}

function textOf(fault: unknown): string {
	return fault instanceof Error ? fault.message : String(fault);
}
