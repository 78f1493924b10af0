import type { Observable } from 'rxjs';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { checkOptions } from '../src/codec.js';
import { FlowReader, type FlowReaderOptions, flowReaderChecks } from './flowReader.js';
import { flowReadSettings } from './flowReadOptions.js';

/**
 * Makes one flow a `ReadableStream` of its bytes, as the web has it (WHATWG Streams): in browsers, workers, Node, Deno.
 *
 * It subscribes at once, so that nothing is lost of a group that came just now, and unsubscribes when it is cancelled;
 * the other flows go on. An error of the flow comes behind its bytes. Where bytes are missing, `gaps` is told: after every
 * byte before the gap was read, before any behind it; no piece reaches across. With `lossErrors` the stream errors there.
 *
 * What feeds it and has its valve pauses while more than `highWaterMark` waits. What cannot pause (a live wire) goes on:
 * beyond `maxBufferedBytes`, whatever comes is dropped and said as a gap. A piece of less than 4 KiB that has to wait is
 * copied; all else is a view of what others read as well, so do not transfer its buffer: `.slice()` it first.
 *
 * @throws TypeError at the call if an option is wrong. Chunks of more than one flow are an error of the stream.
 * @example
 * ```ts
 * fromFile('capture.pcap')
 *   .pipe(decodeTcp(), reassemble(), groupByFlow())
 *   .subscribe(async flow => console.log(String(flow.key), (await new Response(toReadableStream(flow)).text()).length));
 * ```
 */
export function toReadableStream(flow: Observable<Reassembly>, options: FlowReaderOptions = {}): ReadableStream<Uint8Array> {
	const checked = checkOptions<FlowReaderOptions>('toReadableStream', flowReaderChecks, options);
	const reader = new FlowReader(flowReadSettings('toReadableStream', checked), checked.gaps);
	reader.subscribeTo(flow);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await reader.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel: () => reader.giveUp(),
		},
		// All that waits is counted where it waits for all readers: nothing is fetched before somebody asks.
		{ highWaterMark: 0 },
	);
}
