import type { Transform } from 'node:stream';
import { CaptureError } from '../errors.js';

/** A stream of Node that unpacks. */
export type Unpacking = Transform & {
	/** Bytes that it has unpacked. */
	readonly bytesWritten: number;
};

/** A way in which captures are packed, told by the bytes that they begin with. */
export interface Compression {
	readonly name: string;
	/** Whether it begins like that; of less than {@link MAGIC_BYTES_MAX} bytes nobody knows. */
	begins(first: Uint8Array): boolean;
	/**
	 * Begins to unpack.
	 *
	 * @throws CaptureError `unsupported-format` where this Node cannot.
	 */
	open(): Unpacking;
	/** Whether that error only says that something else stands behind the packed capture. */
	isTrailer(error: Error): boolean;
}

/** Of what is unpacked at once: as much as is read of a file. */
const BLOCK_BYTES = 256 * 1024;

type OpenZstd = (options: { chunkSize: number }) => Unpacking;

/** Loaded when it is needed: that takes time, and most captures are not packed. */
const zlib = () => process.getBuiltinModule('node:zlib');

const gzip: Compression = {
	name: 'gzip',
	begins: ([a, b]) => a === 0x1f && b === 0x8b,
	open: () => zlib().createGunzip({ chunkSize: BLOCK_BYTES }),
	// The first header was right, or nobody had tried. So this is no header of another, and gzip leaves it aside too.
	isTrailer: ({ message }) => message === 'incorrect header check',
};

const zstd: Compression = {
	name: 'zstd',
	begins: ([a = 0, b, c, d]) =>
		(a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) ||
		// A frame to be skipped, of any of sixteen kinds.
		((a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18),
	open() {
		// Only there since Node 22.15, so the types of Node 20 do not have it.
		const openZstd = Reflect.get(zlib(), 'createZstdDecompress') as OpenZstd | undefined;
		if (openZstd !== undefined) return openZstd({ chunkSize: BLOCK_BYTES });
		const mend = 'unpack it with: zstd -dc IN > OUT';
		throw new CaptureError('unsupported-format', `zstd is only read by Node 22.15 and newer; ${mend}`, { offset: 0 });
	},
	isTrailer: ({ message }) => message === 'Unknown frame descriptor',
};

const compressions = [gzip, zstd];

/** Bytes that tell any of them. */
export const MAGIC_BYTES_MAX = 4;

/** How the capture is packed that begins with these bytes; undefined if it is not. */
export function compressionOf(first: Uint8Array): Compression | undefined {
	return compressions.find(compression => compression.begins(first));
}
