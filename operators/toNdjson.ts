import { Observable, type OperatorFunction } from 'rxjs';
import { checkArgument } from '../src/codec.js';
import { type CodecOrMaker, codecOf, codecOrMaker } from './fromNdjson.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/**
 * Writes each value as a line of JSON, with its `\n`, through a codec: one of `rx-reassembly/ndjson`, or an io-ts codec of
 * yours. `fromNdjson` with that codec reads it again.
 *
 * Lines of `rx-reassembly/ndjson` have a version, `v`. It stays 1 while what is added can be passed over; members that are
 * not known are.
 *
 * @throws TypeError at the call if `codec` is none.
 * @example
 * ```ts
 * chunks.pipe(toNdjson(chunkCodec)).subscribe(line => console.log(line.length));
 * ```
 */
export function toNdjson<A>(codec: CodecOrMaker<A>): OperatorFunction<A, string> {
	checkArgument('toNdjson', 'codec', codecOrMaker, codec);
	return values =>
		new Observable(out => {
			const encoder = codecOf(codec);
			values.subscribe(
				new OperatorSubscriber<A, string>(out, {
					next: value => out.next(`${JSON.stringify(encoder.encode(value))}\n`),
				}),
			);
		});
}
