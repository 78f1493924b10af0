import { deflateRawSync, constants as zlib } from 'node:zlib';

const textBytes = (text: string | Uint8Array) => (typeof text === 'string' ? new Uint8Array(Buffer.from(text)) : text);

/** What a frame may say besides its opcode and payload. */
export interface FrameOptions {
	readonly final?: boolean;
	readonly reserved?: number;
	/** Four bytes; those of a client have one. */
	readonly mask?: readonly number[];
	/** How the length is written: in 7, 16 or 64 bits. Default: as short as it can be. */
	readonly lengthBits?: 7 | 16 | 64;
}

/** A frame as it is sent (RFC 6455, section 5.2). */
export function frame(opcode: number, payload: string | Uint8Array, options: FrameOptions = {}): Uint8Array {
	const { final = true, reserved = 0, mask } = options;
	const bytes = textBytes(payload);
	const { lengthBits = bytes.length < 126 ? 7 : bytes.length < 65_536 ? 16 : 64 } = options;
	const short = lengthBits === 7 ? bytes.length : lengthBits === 16 ? 126 : 127;
	const header = [(final ? 0x80 : 0) | (reserved << 4) | opcode, (mask ? 0x80 : 0) | short];
	for (let bits = lengthBits === 7 ? 0 : lengthBits; bits > 0; bits -= 8) header.push(Math.floor(bytes.length / 2 ** (bits - 8)) % 256);
	return Uint8Array.from([...header, ...(mask ?? []), ...bytes.map((byte, i) => byte ^ (mask?.[i & 3] ?? 0))]);
}

/** A frame of a client. */
export const masked = (opcode: number, payload: string | Uint8Array, options: FrameOptions = {}): Uint8Array =>
	frame(opcode, payload, { mask: [0x12, 0x34, 0x56, 0x78], ...options });

/** A payload as permessage-deflate has it, compressed by itself (RFC 7692, section 7.2.1). */
export function deflated(payload: string | Uint8Array): Uint8Array {
	const bytes = deflateRawSync(textBytes(payload), { finishFlush: zlib.Z_SYNC_FLUSH });
	return new Uint8Array(bytes.subarray(0, bytes.length - 4));
}
