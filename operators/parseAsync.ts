import { Observable, type OperatorFunction } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { aFunction, checkArgument, checkOptions } from '../src/codec.js';
import { FlowReader, type FlowReaderOptions, flowReaderChecks } from './flowReader.js';
import { flowReadSettings } from './flowReadOptions.js';

/**
 * Parses one flow with an `async function*` of yours: it reads the bytes in a `for await` loop, and what it yields is emitted.
 * gopacket's `tcpreader` with a goroutine for each flow, in JavaScript.
 *
 * Pieces are cut anywhere, but never reach across a gap: `bytes.gap` says what is missing before the piece in hand. With
 * `lossErrors` the loop throws there instead. What it throws, as well as an error of the flow that it lets pass, is an error
 * of this flow alone. A parser that returns, or a consumer that unsubscribes, leaves the rest of its flow unread, and no other.
 *
 * It is called once a subscription, and what comes while it is busy waits for it: what feeds it and has its valve pauses
 * while more than `highWaterMark` waits, and beyond `maxBufferedBytes` what comes is dropped and said as a gap. For both
 * directions at once there is `toAsyncIterable`; without waiting, `parseWith`.
 *
 * @throws TypeError at the call if `parse` is no function or an option is wrong. Chunks of more than one flow are an error.
 * @example
 * ```ts
 * async function* sizes(bytes) {
 *   for await (const piece of bytes) yield bytes.gap === undefined ? piece.length : -bytes.gap.length;
 * }
 * chunks.pipe(groupByFlow(), mergeFlows(flow => flow.pipe(parseAsync(sizes)))).subscribe(size => console.log(size));
 * ```
 */
export function parseAsync<A>(
	parse: (bytes: FlowReader) => AsyncIterable<A>,
	options: FlowReaderOptions = {},
): OperatorFunction<Reassembly, A> {
	checkArgument('parseAsync', 'parse', aFunction(), parse);
	const checked = checkOptions<FlowReaderOptions>('parseAsync', flowReaderChecks, options);
	return flow =>
		new Observable(out => {
			const bytes = new FlowReader(flowReadSettings('parseAsync', checked), checked.gaps);
			out.add(() => bytes.giveUp());
			bytes.subscribeTo(flow);
			emitAll(() => parse(bytes)).catch(error => out.error(error));

			async function emitAll(parsed: () => AsyncIterable<A>): Promise<void> {
				for await (const value of parsed()) {
					if (out.closed) return;
					out.next(value);
				}
				out.complete();
			}
		});
}
