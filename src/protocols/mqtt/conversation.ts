import { type CutMessage, MessageReader } from '../messageReader.js';
import type { Direction, Ends, Origin, Parser } from '../parser.js';
import { Decoder } from './decode.js';
import { announce, HEAD_BYTES_MAX } from './fixedHeader.js';
import { commands, type MqttCommand, type MqttDecoded, type MqttMessage, type MqttVersion } from './message.js';

const GUESSED_VERSION = 4;

/** MQTT on one connection: the version that CONNECT says is that of both directions. */
export class Conversation implements Parser {
	private readonly readers: Readonly<Record<Direction, MessageReader>> = { client: this.readerOf(), server: this.readerOf() };
	private readonly decoder = new Decoder();
	private version: MqttVersion | undefined = undefined;

	constructor(
		private readonly emit: (message: MqttMessage) => void,
		private readonly ends: Ends,
		private readonly maxPacketBytes: number,
	) {}

	push(bytes: Uint8Array, origin: Origin): void {
		this.readers[origin.direction].push(bytes, origin);
	}

	gap(length: number, origin: Origin): void {
		this.readers[origin.direction].gap(length, origin);
	}

	end({ direction }: Origin): void {
		this.readers[direction].end();
	}

	finish(): void {
		this.readers.client.end();
		this.readers.server.end();
	}

	private readerOf(): MessageReader {
		return new MessageReader({
			headBytesMax: HEAD_BYTES_MAX,
			announce: (head, length) => announce(head, length, this.maxPacketBytes),
			message: message => this.onPacket(message),
			lost: (why, missing, origin) => this.tell('lost', origin, 0, missing, why),
		});
	}

	private onPacket(message: CutMessage): void {
		const { head, bodyBytes, missing, began } = message;
		const cmd = commands[(head[0] as number) >> 4] as MqttCommand;
		const decoded = this.faultOf(message) ?? this.decoder.decode(joined(message), this.version ?? GUESSED_VERSION);
		if (typeof decoded === 'string') {
			this.tell(cmd, began, bodyBytes, missing, decoded);
			return;
		}
		if (cmd === 'connect') this.version = decoded.protocolVersion as MqttVersion;
		this.tell(cmd, began, bodyBytes, missing, null, decoded);
	}

	/** Why a packet is not there to be decoded. */
	private faultOf({ head, bodyBytes, missing, isCut }: CutMessage): string | undefined {
		if (head.length + bodyBytes > this.maxPacketBytes) return `it is longer than ${this.maxPacketBytes} bytes, and passed over`;
		if (isCut) return 'what follows is lost, or the connection ended within it';
		return missing > 0 ? 'bytes are missing' : undefined;
	}

	private tell(cmd: MqttCommand, origin: Origin, length: number, missing: number, error: string | null, decoded?: MqttDecoded): void {
		const { client, server } = this.ends;
		const { direction, seen: time, packet } = origin;
		const version = this.version ?? GUESSED_VERSION;
		const isVersionGuessed = this.version === undefined;
		const own = { type: 'mqtt', client, server, direction, time, packet, cmd, version, isVersionGuessed, length, missing, error } as const;
		this.emit({ ...decoded, ...own });
	}
}

function joined({ head, body }: CutMessage): Uint8Array {
	const bytes = new Uint8Array(head.length + body.length);
	bytes.set(head);
	bytes.set(body, head.length);
	return bytes;
}
