import type { OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { eachDirection } from '../src/framing/eachDirection.js';
import { type Line, type LineOptions, lineFramer } from '../src/framing/lineFramer.js';
import { parseWith } from './parseWith.js';

/**
 * Cuts the chunks of one flow into lines, which end with `\n` or `\r\n`: each with its text, its bytes, and where it was.
 * Of a connection each direction is cut by itself.
 *
 * A line that lies in one chunk is a view of it. Where bytes are missing, the damaged line is left out (`onGap`), and
 * `dropped` is told; so is a line longer than `maxFrameBytes`, 1 MiB by default. A last line without an end is emitted.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * connection.pipe(splitLines({ encoding: 'latin1' })).subscribe(({ direction, text }) => console.log(direction, text));
 * ```
 */
export function splitLines(options: LineOptions = {}): OperatorFunction<Reassembly, Line> {
	return parseWith(eachDirection(lineFramer(options)));
}
