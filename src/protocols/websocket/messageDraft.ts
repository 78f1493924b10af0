import type { Direction, Ends, Origin } from '../parser.js';
import { Opcode } from './frameHeader.js';
import { type WebSocketKind, WebSocketMessage } from './message.js';

const kinds: Readonly<Record<number, WebSocketKind>> = {
	[Opcode.text]: 'text',
	[Opcode.binary]: 'binary',
	[Opcode.close]: 'close',
	[Opcode.ping]: 'ping',
	[Opcode.pong]: 'pong',
};

const NONE = new Uint8Array(0);

/** A message in the making. Its memory grows with what came, never with what a header says. */
export class MessageDraft {
	frames = 0;
	missing = 0;
	error: string | null = null;
	private kept = NONE;
	private length = 0;

	constructor(
		private readonly opcode: number,
		readonly compressed: boolean,
		private readonly origin: Origin,
		private readonly keptMax: number,
	) {}

	readonly add = (bytes: Uint8Array): void => {
		const at = Math.min(this.length, this.keptMax);
		const added = bytes.subarray(0, this.keptMax - at);
		this.length += bytes.length;
		if (added.length === 0) return;
		if (at + added.length > this.kept.length) this.grow(at + added.length);
		this.kept.set(added, at);
	};

	/** The message, as far as it came. */
	finish({ client, server }: Ends, direction: Direction): WebSocketMessage {
		const { opcode, origin, missing, frames, compressed } = this;
		const kind = kinds[opcode] ?? 'lost';
		let bytes = this.kept.slice(0, Math.min(this.length, this.keptMax));
		let { length } = this;
		let code: number | null = null;
		if (kind === 'close' && missing === 0 && bytes.length >= 2) {
			code = ((bytes[0] as number) << 8) | (bytes[1] as number);
			bytes = bytes.subarray(2);
			length -= 2;
		}
		const error = this.error ?? (missing === 0 ? null : 'bytes are missing');
		const { seen, packet } = origin;
		return new WebSocketMessage(kind, client, server, direction, seen, packet, bytes, length, missing, frames, compressed, code, error);
	}

	private grow(needed: number): void {
		const grown = new Uint8Array(Math.min(Math.max(needed, 2 * this.kept.length), this.keptMax));
		grown.set(this.kept);
		this.kept = grown;
	}
}
