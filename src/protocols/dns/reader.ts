import { FrameBuffer } from '../../framing/frameBuffer.js';
import type { Timestamp } from '../../timestamp.js';

/** What becomes of the messages of a direction. */
export interface ReaderEvents {
	/** A message is whole. The bytes are its own. */
	message(bytes: Uint8Array, began: Timestamp, ended: Timestamp): void;
	/** Of a message of that length only the first bytes came, or nobody knows how many are missing: length 0. */
	lost(bytes: Uint8Array, length: number, error: string, began: Timestamp, ended: Timestamp): void;
}

/** Cuts the bytes of one direction into messages, each behind its length in two bytes (RFC 1035, section 4.2.2; RFC 7766, section 8). */
export class DnsReader {
	private prefix = 0;
	private prefixLength = 0;
	/** Bytes of the message that came before any was lost. */
	private readonly body = new FrameBuffer();
	/** Bytes of the message that came, or were lost. */
	private have = 0;
	private missing = 0;
	private began: Timestamp | undefined = undefined;
	/** Nobody knows where the next message begins. */
	private isStopped = false;

	constructor(private readonly events: ReaderEvents) {}

	push(bytes: Uint8Array, seen: Timestamp): void {
		let at = 0;
		while (at < bytes.length && !this.isStopped) {
			this.began ??= seen;
			at = this.prefixLength < 2 ? this.readPrefix(bytes, at) : this.readBody(bytes, at);
			if (this.prefixLength === 2 && this.have === this.prefix) this.finish(seen);
		}
	}

	gap(length: number, seen: Timestamp): void {
		if (this.isStopped || length === 0) return;
		this.began ??= seen;
		if (this.prefixLength === 2 && length > 0 && this.have + length <= this.prefix) {
			this.have += length;
			this.missing += length;
			if (this.have === this.prefix) this.finish(seen);
		} else this.stop('bytes are missing, and nobody knows where the next message begins', seen);
	}

	end(seen: Timestamp): void {
		if (!this.isStopped && this.prefixLength > 0) this.stop('the connection ended within the message', seen);
		this.isStopped = true;
	}

	private readPrefix(bytes: Uint8Array, at: number): number {
		this.prefix = (this.prefix << 8) | (bytes[at] as number);
		this.prefixLength++;
		return at + 1;
	}

	private readBody(bytes: Uint8Array, from: number): number {
		const to = Math.min(bytes.length, from + this.prefix - this.have);
		if (this.missing === 0) this.body.append(bytes.subarray(from, to), this.prefix);
		this.have += to - from;
		return to;
	}

	private finish(seen: Timestamp): void {
		const { prefix, missing, began = seen } = this;
		const bytes = this.body.take(0, this.body.length);
		this.reset();
		if (missing > 0) this.events.lost(bytes, prefix, `${missing} bytes are missing`, began, seen);
		else this.events.message(bytes, began, seen);
	}

	private stop(error: string, seen: Timestamp): void {
		const { prefix, prefixLength, began = seen } = this;
		const bytes = this.body.take(0, this.body.length);
		this.reset();
		this.isStopped = true;
		this.events.lost(bytes, prefixLength === 2 ? prefix : 0, error, began, seen);
	}

	private reset(): void {
		this.prefix = 0;
		this.prefixLength = 0;
		this.have = 0;
		this.missing = 0;
		this.began = undefined;
	}
}
