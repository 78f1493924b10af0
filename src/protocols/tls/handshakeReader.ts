import type { Mark } from './inlet.js';

const NONE = new Uint8Array(0);
const HEADER_BYTES = 4;

/** What becomes of handshake messages. */
export interface HandshakeEvents {
	/** A message is whole. Its bytes stand there as long as the call lasts. */
	message(code: number, body: Uint8Array, mark: Mark): void;
	/** One cannot be read. */
	lost(what: 'message' | 'tooLong', code: number | null, mark: Mark): void;
}

/** Puts handshake messages together, which may be spread over records, or be several in one (RFC 8446, section 5.1). */
export class HandshakeReader {
	private readonly header = new Uint8Array(HEADER_BYTES);
	private headerLength = 0;
	private mark: Mark | undefined = undefined;
	private body: Uint8Array = NONE;
	/** Bytes of the message that came, or were lost. */
	private have = 0;
	private isBroken = false;

	constructor(
		private readonly events: HandshakeEvents,
		private readonly maxBytes: number,
	) {}

	/** The bytes of a record that stand there. */
	push(bytes: Uint8Array, from: number, to: number, mark: Mark): void {
		let at = from;
		while (at < to) {
			at = this.headerLength < HEADER_BYTES ? this.readHeader(bytes, at, mark) : this.readBody(bytes, at, to);
			if (this.headerLength === HEADER_BYTES && this.have === this.length) this.finish();
		}
	}

	/** So many bytes are missing; answers whether the message goes on behind them, or ended with them. */
	lose(length: number): boolean {
		if (this.headerLength < HEADER_BYTES || this.have + length > this.length) return false;
		this.have += length;
		this.isBroken = true;
		if (this.have === this.length) this.finish();
		return true;
	}

	/** Nothing more comes of the message at hand, if there is one. */
	cut(): void {
		const { mark, code } = this;
		this.reset();
		if (mark !== undefined) this.events.lost('message', code, mark);
	}

	private get code(): number | null {
		return this.headerLength > 0 ? (this.header[0] as number) : null;
	}

	private get length(): number {
		const [, high = 0, middle = 0, low = 0] = this.header;
		return (high << 16) | (middle << 8) | low;
	}

	private readHeader(bytes: Uint8Array, at: number, mark: Mark): number {
		this.mark ??= mark;
		this.header[this.headerLength++] = bytes[at] as number;
		return at + 1;
	}

	private readBody(bytes: Uint8Array, at: number, to: number): number {
		const { length, have } = this;
		const end = Math.min(to, at + length - have);
		if (have === 0 && end - at === length) this.body = bytes.subarray(at, end);
		else if (!this.isBroken && length <= this.maxBytes) this.gather(bytes.subarray(at, end));
		this.have += end - at;
		return end;
	}

	/** Grows with what came, not with what was announced. */
	private gather(bytes: Uint8Array): void {
		const { have, body, length } = this;
		if (have + bytes.length > body.length) {
			this.body = new Uint8Array(Math.min(length, Math.max(2 * body.length, have + bytes.length)));
			this.body.set(body.subarray(0, have));
		}
		this.body.set(bytes, have);
	}

	private finish(): void {
		const { mark, code, body, isBroken, length } = this;
		this.reset();
		if (mark === undefined || code === null) return;
		if (length > this.maxBytes) this.events.lost('tooLong', code, mark);
		else if (isBroken) this.events.lost('message', code, mark);
		else this.events.message(code, body.subarray(0, length), mark);
	}

	private reset(): void {
		this.headerLength = 0;
		this.mark = undefined;
		this.body = NONE;
		this.have = 0;
		this.isBroken = false;
	}
}
