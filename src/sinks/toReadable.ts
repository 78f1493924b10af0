import type { Observable } from 'rxjs';
import type { Reassembly } from '../assembly/reassembly.js';
import { boolean, checkOptions, instanceOf, limit, limitOrNone } from '../codec.js';
import { Valve } from '../valve.js';
import type { FlowGap } from './flowGap.js';
import { FlowBytes } from './flowReadable.js';

/** What {@link toReadable} can be told. */
export interface ReadableOptions {
	/** Shared with the source: closed while more than `highWaterMark` waits here. */
	readonly valve?: Valve | undefined;
	/** Bytes that may wait before the valve is closed. Default 64 KiB. */
	readonly highWaterMark?: number | undefined;
	/** Bytes that may wait at all; beyond it they are dropped, and said as a gap. Default 16 MiB. */
	readonly maxBufferedBytes?: number | undefined;
	/** Whether a gap is an error, a {@link LossError}. Default false: it is an event. */
	readonly lossErrors?: boolean | undefined;
}

/** Where gaps are told. */
export interface GapEvents {
	on(event: 'gap', listener: (gap: FlowGap) => void): this;
	once(event: 'gap', listener: (gap: FlowGap) => void): this;
	off(event: 'gap', listener: (gap: FlowGap) => void): this;
}

/** The bytes of one flow, for everything in Node that reads streams. */
export type FlowReadable = GapEvents & FlowBytes;

/**
 * Makes one flow a `Readable` of its bytes.
 *
 * It subscribes at once, so that nothing is lost of a group that came just now, and unsubscribes when it is destroyed;
 * the other flows go on. An error of the flow comes behind its bytes. From gopacket: `tcpreader`; there too, who does not
 * want the rest of a flow has to discard it, here by `resume()` or `destroy()`.
 *
 * Where bytes are missing, the event `gap` is emitted: after every byte before the gap was handed out and the reader asked
 * for more, before any byte behind it; no piece reaches across. With `lossErrors` the stream is destroyed there instead.
 *
 * What feeds it and has its valve pauses while more than `highWaterMark` waits. What cannot pause (a live wire) goes on:
 * beyond `maxBufferedBytes`, whatever comes is dropped and said as a gap. A piece of less than 4 KiB that has to wait is
 * copied, so that a flow that nobody reads keeps no block alive; all else is a view.
 *
 * @throws TypeError at the call if an option is wrong. Chunks of more than one flow are an error of the stream.
 * @example
 * ```ts
 * const valve = new Valve();
 * fromFile('capture.pcap', { valve })
 *   .pipe(decodeTcp(), reassemble(), groupByFlow())
 *   .subscribe(flow => {
 *     const bytes = toReadable(flow, { valve });
 *     bytes.on('gap', ({ length }) => console.log(`${flow.key}: ${length} bytes are missing`));
 *     bytes.on('data', piece => console.log(`${flow.key}: ${piece.length} bytes`));
 *   });
 * ```
 */
export function toReadable(flow: Observable<Reassembly>, options: ReadableOptions = {}): FlowReadable {
	const checked = checkOptions<ReadableOptions>('toReadable', checks, options);
	const { highWaterMark = 64 * 2 ** 10, maxBufferedBytes = 16 * 2 ** 20, lossErrors = false, valve } = checked;
	const bytes = new FlowBytes({ highWaterMark, maxBufferedBytes, lossErrors, backlog: valve?.join(highWaterMark) });
	flow.subscribe(bytes.intake);
	return bytes;
}

const checks = {
	valve: instanceOf(Valve, 'a Valve'),
	highWaterMark: limitOrNone,
	maxBufferedBytes: limit,
	lossErrors: boolean,
};
