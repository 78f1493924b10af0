import { type Parser, parser } from 'mqtt-packet';
import type { MqttDecoded, MqttVersion } from './message.js';

/** What mqtt-packet makes of a packet: where something is missing it says null, undefined or -1. */
type Raw = MqttDecoded & { readonly cmd: string; readonly length: number };

/**
 * Decodes whole packets of one connection. What it gives has views of their bytes.
 *
 * A packet that is none throws in some places of mqtt-packet, emits an error in others, and passes as good in a few.
 */
export class Decoder {
	private parser: Parser | undefined = undefined;
	private version: MqttVersion | undefined = undefined;
	private raw: Raw | undefined = undefined;
	private error: string | undefined = undefined;

	/** A text if it is malformed. */
	decode(bytes: Uint8Array, version: MqttVersion): MqttDecoded | string {
		this.raw = undefined;
		this.error = undefined;
		const { stackTraceLimit } = Error;
		// The stack of an error that is only told by its message takes longer than all else.
		Error.stackTraceLimit = 0;
		try {
			// mqtt-packet asks for the methods of a Buffer; it stands on the same bytes.
			this.parserOf(version).parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
		} catch (fault) {
			this.error ??= textOf(fault);
		} finally {
			Error.stackTraceLimit = stackTraceLimit;
		}
		if (this.error !== undefined) {
			// It would go on in the middle of the packet.
			this.parser = undefined;
			return this.error;
		}
		const raw = this.raw as Raw | undefined;
		return raw === undefined || isTooShort(raw) ? 'the packet is too short' : cleaned(raw);
	}

	private parserOf(version: MqttVersion): Parser {
		if (this.parser !== undefined && this.version === version) return this.parser;
		const made = parser({ protocolVersion: version });
		made.on('packet', packet => {
			this.raw ??= packet as unknown as Raw;
			// CONNECT has made itself the settings of what follows.
			if (packet.cmd === 'connect') this.parser = undefined;
		});
		made.on('error', (fault: unknown) => {
			this.error ??= textOf(fault);
		});
		this.parser = made;
		this.version = version;
		return made;
	}
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
