import type { Timestamp } from '../../timestamp.js';

const NONE = new Uint8Array(0);

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
	private body: Uint8Array = NONE;
	/** Bytes of the message that came, or were lost. */
	private have = 0;
	/** Bytes of it that came before any was lost. */
	private kept = 0;
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
		if (this.missing === 0) this.gather(bytes.subarray(from, to));
		this.have += to - from;
		return to;
	}

	/** Grows with what came, not with what was announced. */
	private gather(bytes: Uint8Array): void {
		const { kept, body, prefix } = this;
		if (kept + bytes.length > body.length) {
			this.body = new Uint8Array(Math.min(prefix, Math.max(2 * body.length, kept + bytes.length)));
			this.body.set(body.subarray(0, kept));
		}
		this.body.set(bytes, kept);
		this.kept += bytes.length;
	}

	private finish(seen: Timestamp): void {
		const { body, kept, prefix, missing, began = seen } = this;
		this.reset();
		if (missing > 0) this.events.lost(body.subarray(0, kept), prefix, `${missing} bytes are missing`, began, seen);
		else this.events.message(body.subarray(0, prefix), began, seen);
	}

	private stop(error: string, seen: Timestamp): void {
		const { body, kept, prefix, prefixLength, began = seen } = this;
		this.reset();
		this.isStopped = true;
		this.events.lost(body.subarray(0, kept), prefixLength === 2 ? prefix : 0, error, began, seen);
	}

	private reset(): void {
		this.prefix = 0;
		this.prefixLength = 0;
		this.body = NONE;
		this.have = 0;
		this.kept = 0;
		this.missing = 0;
		this.began = undefined;
	}
}
