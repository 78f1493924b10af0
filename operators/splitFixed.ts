import type { OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { eachDirection } from '../src/framing/eachDirection.js';
import { type FixedOptions, fixedFramer } from '../src/framing/fixedFramer.js';
import type { Frame } from '../src/framing/frame.js';
import { parseWith } from './parseWith.js';

/**
 * Cuts the chunks of one flow into frames of one length. Of a connection each direction is cut by itself.
 *
 * A frame that lies in one chunk is a view of it. Behind a gap it goes on with the next whole frame. Where nobody knows how
 * many bytes are missing, as in a flow whose start was not seen, nothing more comes of the direction. `dropped` is told of
 * all that is left out, also of a last frame that is too short.
 *
 * @param length bytes of each frame, 1 to 2^30.
 * @throws TypeError at the call if an argument or an option is wrong.
 * @example
 * ```ts
 * connection.pipe(splitFixed(16)).subscribe(({ offset, bytes }) => console.log(offset, bytes));
 * ```
 */
export function splitFixed(length: number, options: FixedOptions = {}): OperatorFunction<Reassembly, Frame> {
	return parseWith(eachDirection(fixedFramer(length, options)));
}
