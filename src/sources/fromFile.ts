import { Observable } from 'rxjs';
import { type Checks, checkArgument, checkOptions, having, text } from '../codec.js';
import { CaptureError } from '../errors.js';
import type { Packet } from '../packet.js';
import { FileBlocks, type FileProgress } from './fileBlocks.js';
import { readCapture } from './readCapture.js';
import { type SourceOptions, sourceChecks } from './sourceOptions.js';

/** What {@link fromFile} can be told. */
export interface FileOptions extends SourceOptions {
	/** Is told, each time that a piece of the file is about to be worked on (2 MiB, or what a pipe holds), how far that goes. */
	readonly progress?: { next(progress: FileProgress): void } | undefined;
}

const checks: Checks<FileOptions> = { ...sourceChecks, progress: having<{ next(progress: FileProgress): void }>('next') };

/**
 * Emits the packets of a capture file: pcap (microseconds, nanoseconds, the modified one) or pcapng, in either byte order, also
 * packed with gzip, or with zstd where Node has it (22.15 and newer). What it is its first bytes tell, not its name.
 *
 * Cold: each subscription opens the file and reads it from its beginning. Packets come synchronously, those of 2 MiB at the
 * most, then others have their turn; what is no regular file (a pipe, a device) is awaited block by block. Unsubscribing
 * stops at once and closes the file.
 *
 * Errors: {@link CaptureError} `not-found`, `not-permitted`, `is-directory`, `io`, and those of {@link fromStream}.
 *
 * With a `Valve` (of `rx-reassembly`) slow consumers pause it: before each block of 256 KiB it waits until that is open.
 *
 * @throws TypeError at the call if `path` is not a text, or an option is wrong.
 * @example
 * ```ts
 * fromFile('capture.pcap').pipe(decodeTcp(), reassemble()).subscribe(chunk => console.log(chunk.bytes));
 * ```
 */
export function fromFile(path: string, options: FileOptions = {}): Observable<Packet> {
	checkArgument('fromFile', 'path', text, path);
	const { valve, progress } = checkOptions<FileOptions>('fromFile', checks, options);
	return new Observable(out => readCapture(new FileBlocks(path, progress), out, { valve, errorOf: error => named(path, error) }));
}

/** Says of which file the error is. */
function named(path: string, error: unknown): unknown {
	if (!(error instanceof CaptureError)) return error;
	const { code, message, offset } = error;
	return new CaptureError(code, `${path}: ${message}`, { cause: error, ...(offset !== undefined && { offset }) });
}
