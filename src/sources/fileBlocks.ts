import { type FileHandle, open } from 'node:fs/promises';
import { CaptureError, type CaptureErrorCode } from '../errors.js';
import type { ByteStream } from './byteStream.js';
import { beginReading } from './filesBeingRead.js';

/** How far a file was read. */
export interface FileProgress {
	/** As they are in the file: packed, if it is. */
	readonly readBytes: number;
	/** Undefined for what is no regular file. */
	readonly totalBytes: number | undefined;
}

/** Large enough that a read costs little, small enough that the memory of one block is soon used for another. */
const BLOCK_BYTES = 256 * 1024;

/** What is read at once, and handed out before others have their turn. */
const BLOCKS_PER_READ = 8;

/** Just below the largest piece that glibc learns from. */
const PRIMER_BYTES = 31 * 1024 * 1024;

let isPrimed = false;

/**
 * Makes glibc keep the memory of blocks that were freed for those to come. Otherwise it is given back to the kernel, which
 * clears every page of it anew: a third of the time of a large file. glibc keeps as much as the largest piece that it has
 * seen freed; this one is never touched, so it costs no memory, and elsewhere it does nothing.
 */
function primeAllocator(): void {
	if (!isPrimed) Buffer.allocUnsafeSlow(PRIMER_BYTES);
	isPrimed = true;
}

/** As much as a pipe holds. */
const PIPE_BLOCK_BYTES = 64 * 1024;

/**
 * Reads a file in blocks, each in memory of its own; it opens it with the first.
 *
 * Of a regular file many blocks are read at once, and the next ones while these are worked on: to await every block takes
 * longer than to read it. A pipe or a device may have nothing for long, so each of its blocks is awaited.
 *
 * Errors: CaptureError `not-found`, `not-permitted`, `is-directory` or `io`.
 */
export class FileBlocks implements ByteStream {
	private file: FileHandle | undefined = undefined;
	private isRegular = false;
	private isStopped = false;
	private endReading: (() => void) | undefined = undefined;
	private ready: Uint8Array[] = [];
	private ahead: Promise<Uint8Array[]> | undefined = undefined;

	private readBytes = 0;
	private totalBytes: number | undefined = undefined;

	constructor(
		private readonly path: string,
		private readonly progress?: { next(progress: FileProgress): void } | undefined,
	) {}

	next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
		if (this.file === undefined) return this.open();
		if (!this.isRegular) return this.await(this.file);
		return this.ready.pop() ?? this.turn(this.file);
	}

	stop(): void {
		this.isStopped = true;
		// A read that is under way still writes to its block: the handle waits for it.
		void this.file?.close().catch(() => undefined);
		this.file = undefined;
		this.endReading?.();
		this.endReading = undefined;
	}

	private async open(): Promise<Uint8Array | undefined> {
		try {
			const file = await open(this.path, 'r');
			this.file = file;
			const stats = await file.stat();
			this.isRegular = stats.isFile();
			if (this.isRegular) {
				this.totalBytes = stats.size;
				this.endReading = beginReading(stats);
			}
		} catch (error) {
			throw captureErrorOf(error);
		}
		if (!this.isStopped) return this.next();
		this.stop();
		return undefined;
	}

	private async turn(file: FileHandle): Promise<Uint8Array | undefined> {
		const blocks = await (this.ahead ?? readBlocks(file));
		if (this.isStopped) return undefined;
		if (blocks.length === 0) return this.end(file);
		primeAllocator();
		this.ahead = readBlocks(file);
		// Whoever takes his time with these blocks is told of an error with the next ones.
		this.ahead.catch(() => undefined);
		for (const { length } of blocks) this.readBytes += length;
		this.tell();
		this.ready = blocks.reverse();
		return this.ready.pop();
	}

	private async await(file: FileHandle): Promise<Uint8Array | undefined> {
		const block = Buffer.allocUnsafeSlow(PIPE_BLOCK_BYTES);
		try {
			const { bytesRead } = await file.read(block, 0, PIPE_BLOCK_BYTES);
			this.readBytes += bytesRead;
			if (bytesRead > 0) this.tell();
			return bytesRead > 0 ? new Uint8Array(block.buffer, 0, bytesRead) : await this.end(file);
		} catch (error) {
			throw captureErrorOf(error);
		}
	}

	private tell(): void {
		const { readBytes, totalBytes } = this;
		this.progress?.next({ readBytes, totalBytes });
	}

	/** Closes it before the end is told: whoever hears of it may remove the file. */
	private async end(file: FileHandle): Promise<undefined> {
		this.file = undefined;
		await file.close();
	}
}

/** The next blocks of a regular file; none at its end. */
async function readBlocks(file: FileHandle): Promise<Uint8Array[]> {
	const blocks = Array.from({ length: BLOCKS_PER_READ }, () => Buffer.allocUnsafeSlow(BLOCK_BYTES));
	try {
		const { bytesRead } = await file.readv(blocks);
		const filled = blocks.slice(0, Math.ceil(bytesRead / BLOCK_BYTES));
		return filled.map((block, i) => new Uint8Array(block.buffer, 0, Math.min(BLOCK_BYTES, bytesRead - i * BLOCK_BYTES)));
	} catch (error) {
		throw captureErrorOf(error);
	}
}

const codes: Readonly<Record<string, CaptureErrorCode>> = {
	ENOENT: 'not-found',
	ENOTDIR: 'not-found',
	EACCES: 'not-permitted',
	EPERM: 'not-permitted',
	EISDIR: 'is-directory',
};

const words: Partial<Record<CaptureErrorCode, string>> = {
	'not-found': 'no such file',
	'not-permitted': 'no permission to read it',
	'is-directory': 'it is a folder, not a capture file',
};

function captureErrorOf(error: unknown): CaptureError {
	const { code, message } = error as NodeJS.ErrnoException;
	const ours = codes[code ?? ''] ?? 'io';
	return new CaptureError(ours, words[ours] ?? message, { cause: error });
}
