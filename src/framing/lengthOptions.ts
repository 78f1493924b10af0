import { boolean, checkArgument, oneOf, oneOfNumbers, wholeNumberBetween } from '../codec.js';
import type { FramingOptions } from './framingOptions.js';

/** How frames say how long they are. */
export interface LengthOptions extends FramingOptions {
	/** Bytes of the length itself, an unsigned number: 1, 2, 3, 4 or 8. */
	readonly bytes: 1 | 2 | 3 | 4 | 8;
	/** Default `'big'`: network byte order. */
	readonly endian?: 'big' | 'little' | undefined;
	/** Bytes of the header before the length, 0 to 1024, such as a type. Default 0. */
	readonly offset?: number | undefined;
	/** The length counts the header, itself and what is before it, too. Default: only what is behind it. */
	readonly includesHeader?: boolean | undefined;
	/** Is added to the length, -1024 to 1024, for formats that count otherwise. Default 0. */
	readonly adjust?: number | undefined;
	/** Frames begin with their header, not behind it. Default false. */
	readonly keepHeader?: boolean | undefined;
	/** What to do with a frame that the stream ends in: `'drop'` or `'error'`. Default `'drop'`. */
	readonly unfinished?: 'drop' | 'error' | undefined;
}

export const lengthChecks = {
	bytes: oneOfNumbers(1, 2, 3, 4, 8),
	endian: oneOf('big', 'little'),
	offset: wholeNumberBetween(0, 1024),
	includesHeader: boolean,
	adjust: wholeNumberBetween(-1024, 1024),
	keepHeader: boolean,
	unfinished: oneOf('drop', 'error'),
};

/** How to read a header. */
export interface LengthRules {
	/** Bytes that must be there before the length is known. */
	readonly headerBytes: number;
	/** Bytes of the header that are left out of the frame. */
	readonly stripped: number;
	/** Bytes of the frame whose header stands there, with the header; -1 if that cannot be. */
	totalOf(bytes: Uint8Array, at: number): number;
}

export function lengthRulesOf(call: string, options: LengthOptions): LengthRules {
	const { bytes, endian = 'big', offset = 0, includesHeader = false, adjust = 0, keepHeader = false } = options;
	checkArgument(call, 'option bytes', lengthChecks.bytes, bytes);
	const headerBytes = offset + bytes;
	const added = adjust + (includesHeader ? 0 : headerBytes);
	const read = endian === 'big' ? readBig : readLittle;
	return {
		headerBytes,
		stripped: keepHeader ? 0 : headerBytes,
		totalOf(from, at) {
			const total = read(from, at + offset, bytes) + added;
			return total >= headerBytes && Number.isSafeInteger(total) ? total : -1;
		},
	};
}

function readBig(bytes: Uint8Array, at: number, length: number): number {
	let value = 0;
	for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] as number);
	return value;
}

function readLittle(bytes: Uint8Array, at: number, length: number): number {
	let value = 0;
	for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
	return value;
}
