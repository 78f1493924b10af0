import { catchError, defer, type Observable, throwError } from 'rxjs';
import { checkArgument, text } from '../codec.js';
import { CaptureError } from '../errors.js';
import type { Packet } from '../packet.js';
import { fileBlocks } from './fileBlocks.js';
import { fromStream } from './fromStream.js';

/**
 * Emits the packets of a capture file: classic pcap, microseconds or nanoseconds, in either byte order.
 *
 * Cold: each subscription opens the file and reads it from its beginning. The packets of a block come synchronously, then
 * the next block is awaited, which is being read meanwhile. Unsubscribing stops at once and closes the file.
 *
 * Errors: {@link CaptureError} `not-found`, `not-permitted`, `is-directory`, `io`, and those of {@link fromStream}.
 *
 * @throws TypeError at the call if `path` is not a text.
 * @example
 * ```ts
 * fromFile('capture.pcap').pipe(decodeTcp(), reassemble()).subscribe(chunk => console.log(chunk.bytes));
 * ```
 */
export function fromFile(path: string): Observable<Packet> {
	checkArgument('fromFile', 'path', text, path);
	return defer(() => fromStream(fileBlocks(path))).pipe(catchError(error => throwError(() => named(path, error))));
}

/** Says of which file the error is. */
function named(path: string, error: unknown): unknown {
	if (!(error instanceof CaptureError)) return error;
	const { code, message, offset } = error;
	return new CaptureError(code, `${path}: ${message}`, { cause: error, ...(offset !== undefined && { offset }) });
}
