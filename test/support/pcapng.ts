import { joined } from './pcap.js';

export type ByteOrder = 'little' | 'big';

/** Writes pcapng blocks in one byte order, byte by byte as draft-ietf-opsawg-pcapng has it. */
export class PcapngBuilder {
	constructor(readonly byteOrder: ByteOrder = 'little') {}

	/** Any block; `lies` are lengths that it states instead of its own. */
	block(type: number, body: Uint8Array, lies: { length?: number; trailer?: number } = {}): Uint8Array {
		const padded = joined([body, new Uint8Array(-body.length & 3)]);
		const { length = padded.length + 12, trailer = length } = lies;
		return joined([this.words(type, length), padded, this.words(trailer)]);
	}

	section({ major = 1, minor = 0, length = -1n } = {}): Uint8Array {
		return this.block(0x0a0d0d0a, joined([this.words(0x1a2b3c4d), this.halves(major, minor), this.quad(length)]));
	}

	interface(linkType = 1, snapLength = 0, options: readonly Uint8Array[] = []): Uint8Array {
		const end = options.length > 0 ? [this.halves(0, 0)] : [];
		return this.block(1, joined([this.halves(linkType, 0), this.words(snapLength), ...options, ...end]));
	}

	option(code: number, value: Uint8Array | string): Uint8Array {
		const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
		return joined([this.halves(code, bytes.length), bytes, new Uint8Array(-bytes.length & 3)]);
	}

	/** The option for units of 10^-n seconds, or with the highest bit of 2^-n. */
	resolution(value: number): Uint8Array {
		return this.option(9, Uint8Array.of(value));
	}

	offset(seconds: bigint): Uint8Array {
		return this.option(14, this.quad(seconds));
	}

	enhanced(bytes: Uint8Array, { id = 0, units = 0n, captured = bytes.length, original = bytes.length, options = [] }: PacketFields = {}) {
		const header = this.words(id, Number(units >> 32n), Number(units & 0xffff_ffffn), captured, original);
		return this.block(6, joined([header, bytes, new Uint8Array(-bytes.length & 3), ...options]));
	}

	/** The obsolete packet block. */
	packet(bytes: Uint8Array, { id = 0, units = 0n, captured = bytes.length, original = bytes.length, drops = 0xffff }: PacketFields = {}) {
		const time = this.words(Number(units >> 32n), Number(units & 0xffff_ffffn), captured, original);
		return this.block(2, joined([this.halves(id, drops), time, bytes]));
	}

	simple(bytes: Uint8Array, original = bytes.length): Uint8Array {
		return this.block(3, joined([this.words(original), bytes]));
	}

	words(...values: readonly number[]): Uint8Array {
		const bytes = new Uint8Array(4 * values.length);
		values.forEach((value, i) => {
			new DataView(bytes.buffer).setUint32(4 * i, value, this.byteOrder === 'little');
		});
		return bytes;
	}

	halves(...values: readonly number[]): Uint8Array {
		const bytes = new Uint8Array(2 * values.length);
		values.forEach((value, i) => {
			new DataView(bytes.buffer).setUint16(2 * i, value, this.byteOrder === 'little');
		});
		return bytes;
	}

	quad(value: bigint): Uint8Array {
		const bytes = new Uint8Array(8);
		new DataView(bytes.buffer).setBigInt64(0, value, this.byteOrder === 'little');
		return bytes;
	}
}

interface PacketFields {
	readonly id?: number;
	/** Since 1970, in units of the interface. */
	readonly units?: bigint;
	readonly captured?: number;
	readonly original?: number;
	readonly drops?: number;
	readonly options?: readonly Uint8Array[];
}
