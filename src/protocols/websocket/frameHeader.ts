/** What the header of a frame says (RFC 6455, section 5.2). */
export interface FrameHeader {
	readonly isFinal: boolean;
	/** The three reserved bits. */
	readonly reserved: number;
	readonly opcode: number;
	/** Bytes of the payload. */
	readonly length: number;
	/** The four bytes of the mask; undefined if there is none. */
	readonly mask: Uint8Array | undefined;
}

/** Opcodes: data below 8, control from there on. */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const HEADER_BYTES_MAX = 14;

/** Collects the bytes of one header after the other. */
export class FrameHeaderReader {
	private readonly bytes = new Uint8Array(HEADER_BYTES_MAX);
	private length = 0;

	/** Whether a header has begun. */
	get isEmpty(): boolean {
		return this.length === 0;
	}

	/** Takes bytes from `from` on, as many as the header has; answers how many those were. */
	take(bytes: Uint8Array, from: number): number {
		let at = from;
		while (at < bytes.length && !this.isWhole) this.bytes[this.length++] = bytes[at++] as number;
		return at - from;
	}

	get isWhole(): boolean {
		return this.length >= 2 && this.length === this.wanted;
	}

	/** What the header says that is whole; the next one begins. */
	read(): FrameHeader {
		const { bytes } = this;
		const [first = 0, second = 0] = bytes;
		const mask = second & 0x80 ? bytes.slice(this.length - 4, this.length) : undefined;
		this.length = 0;
		return { isFinal: (first & 0x80) !== 0, reserved: (first >> 4) & 7, opcode: first & 15, length: this.payloadLength, mask };
	}

	private get wanted(): number {
		const second = this.bytes[1] as number;
		const short = second & 0x7f;
		return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
	}

	private get payloadLength(): number {
		const short = (this.bytes[1] as number) & 0x7f;
		if (short < 126) return short;
		const view = new DataView(this.bytes.buffer);
		// As a float: beyond 2^53 it is not exact, but that is more than anybody sends.
		return short === 126 ? view.getUint16(2) : view.getUint32(2) * 2 ** 32 + view.getUint32(6);
	}
}
