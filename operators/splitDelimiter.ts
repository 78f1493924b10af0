import type { OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { type DelimiterOptions, delimiterFramer } from '../src/framing/delimiterFramer.js';
import { eachDirection } from '../src/framing/eachDirection.js';
import type { Frame } from '../src/framing/frame.js';
import { parseWith } from './parseWith.js';

/**
 * Cuts the chunks of one flow into what stands between delimiters. Of a connection each direction is cut by itself.
 *
 * A frame that lies in one chunk is a view of it. Where bytes are missing, the damaged frame is left out (`onGap`), and
 * `dropped` is told; so is a frame longer than `maxFrameBytes`, 1 MiB by default. A last frame without its delimiter is emitted.
 *
 * @param delimiter 1 to 1024 bytes, or a text, of which the UTF-8 counts.
 * @throws TypeError at the call if an argument or an option is wrong.
 * @example
 * ```ts
 * connection.pipe(splitDelimiter('\r\n\r\n')).subscribe(({ offset, length }) => console.log(offset, length));
 * ```
 */
export function splitDelimiter(delimiter: Uint8Array | string, options: DelimiterOptions = {}): OperatorFunction<Reassembly, Frame> {
	return parseWith(eachDirection(delimiterFramer(delimiter, options)));
}
