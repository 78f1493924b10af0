import type { OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { eachDirection } from '../src/framing/eachDirection.js';
import type { Frame } from '../src/framing/frame.js';
import { lengthFramer } from '../src/framing/lengthFramer.js';
import type { LengthOptions } from '../src/framing/lengthOptions.js';
import { parseWith } from './parseWith.js';

/**
 * Cuts the chunks of one flow into frames that say in a header how long they are. Of a connection each direction is cut by itself.
 *
 * A frame that lies in one chunk is a view of it. A gap that ends within a frame costs that frame alone. One that takes a
 * header with it leaves nothing to go on by: nothing more comes of the direction. `dropped` is told of all that is left
 * out, also of a frame longer than `maxFrameBytes`, 1 MiB by default, which is passed over, and of one that the stream ends in.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * // The records of TLS: type, version, length (RFC 8446, section 5.1).
 * const records = splitLengthPrefixed({ offset: 3, bytes: 2, keepHeader: true, maxFrameBytes: 5 + 2 ** 14 + 256 });
 * connection.pipe(records).subscribe(({ bytes }) => console.log('type', bytes[0], bytes.length));
 * ```
 */
export function splitLengthPrefixed(options: LengthOptions): OperatorFunction<Reassembly, Frame> {
	return parseWith(eachDirection(lengthFramer(options)));
}
