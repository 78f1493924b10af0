import { boolean, instanceOf, limit, limitOrNone } from '../src/codec.js';
import { type Backlog, Valve } from '../src/valve.js';

/** What whoever reads the bytes of one flow can be told. */
export interface FlowReadOptions {
	/** Shared with the source: closed while more than `highWaterMark` waits here. */
	readonly valve?: Valve | undefined;
	/** Bytes that may wait before the valve is closed. Default 64 KiB. */
	readonly highWaterMark?: number | undefined;
	/** Bytes that may wait at all; beyond it they are dropped, and said as a gap. Default 16 MiB. */
	readonly maxBufferedBytes?: number | undefined;
	/** Whether a gap is an error, a `LossError`, behind the bytes before it. Default false: it is said on the side. */
	readonly lossErrors?: boolean | undefined;
}

/** What comes of {@link FlowReadOptions}. */
export interface FlowReadSettings {
	readonly call: string;
	readonly highWaterMark: number;
	readonly maxBufferedBytes: number;
	readonly lossErrors: boolean;
	readonly backlog: Backlog | undefined;
}

export const flowReadChecks = {
	valve: instanceOf(Valve, 'a Valve'),
	highWaterMark: limitOrNone,
	maxBufferedBytes: limit,
	lossErrors: boolean,
};

const HIGH_WATER_MARK = 64 * 2 ** 10;
const MAX_BUFFERED_BYTES = 16 * 2 ** 20;

/** Makes one who takes part in the valve, of options that were checked. */
export function flowReadSettings(call: string, options: FlowReadOptions): FlowReadSettings {
	const { highWaterMark = HIGH_WATER_MARK, maxBufferedBytes = MAX_BUFFERED_BYTES, lossErrors = false, valve } = options;
	return { call, highWaterMark, maxBufferedBytes, lossErrors, backlog: valve?.join(highWaterMark) };
}
