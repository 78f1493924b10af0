import { closeSync, constants, existsSync, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { CaptureWriter } from '../capture/captureWriter.js';
import { CaptureError, type CaptureErrorCode } from '../errors.js';
import type { Packet } from '../packet.js';
import { isBeingRead } from '../sources/filesBeingRead.js';

/** What is gathered before it is written; no packet is larger by much. */
const BATCH_BYTES = 256 * 1024;

/**
 * A capture file that is being written. What was in it is only cut off when the first packet comes, or the end.
 *
 * @throws CaptureError from every method, with the path in its message.
 */
export class CaptureFile {
	packets = 0;
	bytes = 0;
	private readonly isNew: boolean;
	private readonly file: number;
	private isOpen = true;
	private isBegun = false;
	private readonly batch = new Uint8Array(BATCH_BYTES);
	private used = 0;

	constructor(
		private readonly path: string,
		private readonly writer: CaptureWriter,
	) {
		this.isNew = !existsSync(path);
		this.file = this.trying(() => openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o666));
	}

	write(packet: Packet): void {
		this.begin();
		this.append(this.writer.write(packet));
		this.packets += 1;
	}

	/** Makes the file whole, and closes it. */
	finish(): void {
		if (!this.isOpen) return;
		try {
			this.begin();
			this.append(this.writer.end());
			this.flush();
		} finally {
			this.close();
		}
	}

	/** Makes whole what packets there are; a file that has none stays as it was. */
	abandon(): void {
		if (this.isBegun) {
			this.finish();
			return;
		}
		const leavesNothing = this.isOpen && this.isNew;
		this.close();
		if (leavesNothing) this.trying(() => unlinkSync(this.path));
	}

	private begin(): void {
		if (this.isBegun) return;
		const stats = this.trying(() => fstatSync(this.file));
		if (stats.isFile()) {
			if (isBeingRead(stats)) throw new CaptureError('same-file', `${this.path}: it is being read, and cannot be written at the same time`);
			this.trying(() => ftruncateSync(this.file));
		}
		this.isBegun = true;
	}

	private append(bytes: Uint8Array): void {
		this.bytes += bytes.length;
		if (this.used + bytes.length > BATCH_BYTES) this.flush();
		if (bytes.length > BATCH_BYTES) this.put(bytes);
		else {
			this.batch.set(bytes, this.used);
			this.used += bytes.length;
		}
	}

	private flush(): void {
		const { used } = this;
		// Before it is written: what fails is not tried again.
		this.used = 0;
		this.put(this.batch.subarray(0, used));
	}

	private put(bytes: Uint8Array): void {
		this.trying(() => {
			for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
		});
	}

	private close(): void {
		if (!this.isOpen) return;
		this.isOpen = false;
		this.trying(() => closeSync(this.file));
	}

	private trying<T>(work: () => T): T {
		try {
			return work();
		} catch (cause) {
			throw errorOf(this.path, cause);
		}
	}
}

const told: Readonly<Record<string, readonly [CaptureErrorCode, string]>> = {
	ENOENT: ['not-found', 'there is no such folder'],
	ENOTDIR: ['not-found', 'there is no such folder'],
	EACCES: ['not-permitted', 'no permission to write it'],
	EPERM: ['not-permitted', 'no permission to write it'],
	EROFS: ['not-permitted', 'no permission to write it'],
	EISDIR: ['is-directory', 'it is a folder'],
};

function errorOf(path: string, cause: unknown): CaptureError {
	const { code = '', message } = cause as NodeJS.ErrnoException;
	const [ours, words] = told[code] ?? (['io', message] as const);
	return new CaptureError(ours, `${path}: ${words}`, { cause });
}
