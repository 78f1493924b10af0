import { type FileHandle, open } from 'node:fs/promises';
import { CaptureError, type CaptureErrorCode } from '../errors.js';

/** Large enough that awaiting costs little, small enough that the memory of one block is soon used for another. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Reads a file in blocks, each in memory of its own, with the next read already under way.
 *
 * @throws CaptureError `not-found`, `not-permitted`, `is-directory` or `io`.
 */
export async function* fileBlocks(path: string): AsyncGenerator<Uint8Array, void, void> {
	const file = await open(path, 'r').catch(error => {
		throw captureErrorOf(error);
	});
	let next = read(file);
	try {
		for (;;) {
			const block = await next;
			if (block.length === 0) return;
			next = read(file);
			// Whoever takes his time with this block is told of an error with the next one.
			next.catch(() => undefined);
			yield block;
		}
	} finally {
		// The read that is under way still writes to its block, so it must end before the file is closed.
		await next.catch(() => undefined);
		await file.close();
	}
}

async function read(file: FileHandle): Promise<Uint8Array> {
	const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
	try {
		const { bytesRead } = await file.read(block, 0, BLOCK_BYTES);
		return new Uint8Array(block.buffer, 0, bytesRead);
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
