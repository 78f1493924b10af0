import { filter, finalize, fromEvent, type Observable, takeUntil } from 'rxjs';
import { type DecodeTcpOptions, decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { type ReassembleOptions, reassemble } from '../../operators/reassemble.js';
import type { Flush } from '../assembly/flush.js';
import type { Reassembly } from '../assembly/reassembly.js';
import type { Packet } from '../packet.js';
import { type FileOptions, fromFile } from '../sources/fromFile.js';
import { fromStream } from '../sources/fromStream.js';
import type { Valve } from '../valve.js';
import type { Segment } from '../wire/segment.js';
import { FLUSH_OLDER_THAN_MS } from './defaults.js';
import { type FlowFilterOptions, flowFilter } from './flowFilter.js';
import { type PolicyOptions, settingsOf } from './policies.js';
import { ProgressBar } from './progressBar.js';

/** The flags that every command takes which reads packets. */
export interface InputOptions extends FlowFilterOptions, PolicyOptions {
	readonly interface?: string;
	readonly filter?: string;
	readonly checksums: 'ignore' | 'verify';
	/** False: no bar on the terminal. */
	readonly progress: boolean;
	readonly flushOlderThan?: number;
	readonly closeIdle: number;
	readonly compat?: 'tcpassembly';
	readonly maxPagesPerConnection?: number;
	readonly maxPagesTotal?: number;
}

/** How long a live capture waits for the start of a connection that was running before it, in ms. */
const LIVE_MIDSTREAM_MS = 1000;

/** The packets of the file, of standard input (`-`), or of the device. Ctrl-C ends them, and so gives what there is. */
export async function packetsOf(file: string | undefined, options: InputOptions, valve?: Valve): Promise<Observable<Packet>> {
	const progress = options.progress ? ProgressBar.forTerminal() : undefined;
	const packets = await open(file, options, { valve, progress });
	return packets.pipe(
		takeUntil(fromEvent(process, 'SIGINT')),
		finalize(() => progress?.end()),
	);
}

async function open(file: string | undefined, options: InputOptions, { valve, progress }: FileOptions): Promise<Observable<Packet>> {
	const { interface: device, filter } = options;
	if (device === undefined) return file === '-' ? fromStream(process.stdin, { valve }) : fromFile(file as string, { valve, progress });
	// What it needs of Node is slow to load, and files and pipes need none of it.
	const { fromInterface } = await import('../sources/fromInterface.js');
	return fromInterface(device, filter === undefined ? {} : { filter });
}

/** Who wants to know what was left out, or was strange, and what pauses a file. */
export type Observers = Pick<DecodeTcpOptions, 'rejected' | 'counters'> & {
	readonly valve?: Valve | undefined;
	readonly assembly?: Pick<ReassembleOptions, 'anomalies' | 'counters'>;
};

/** The ordered chunks of those packets. */
export async function chunksOf(
	file: string | undefined,
	options: InputOptions,
	observers: Observers = {},
): Promise<Observable<Reassembly>> {
	const segments = await segmentsOf(file, options, observers);
	return segments.pipe(reassemble({ ...behaviourOf(options), ...observers.assembly }));
}

/** The segments of those packets, with marks. A file is replayed by its own time alone, so that it gives the same every time. */
export async function segmentsOf(
	file: string | undefined,
	options: InputOptions,
	{ rejected, counters, valve }: Observers = {},
): Promise<Observable<Segment | Flush>> {
	// gopacket's assembler sees no datagram that was cut in fragments.
	const defragment = options.compat === undefined && options.defragment;
	const { checksums, tunnels } = options;
	const packets = await packetsOf(file, options, valve);
	const all = packets.pipe(decodeTcp({ checksums, tunnels, defragment, rejected, counters }));
	const chooses = flowFilter(options);
	const segments = chooses === undefined ? all : all.pipe(filter(chooses));
	// A pipe may be as live as a device; its packets then come with the time that it is.
	const clock = options.interface !== undefined || file === '-' ? 'both' : 'packet';
	const { compat, flushOlderThan: ageMs, closeIdle: closeIdleMs } = options;
	// gopacket flushes nothing unless it is told to.
	if (compat !== undefined && ageMs === undefined) return segments;
	return segments.pipe(flushOlderThan(ageMs ?? FLUSH_OLDER_THAN_MS, { closeIdleMs, clock }));
}

/** How those segments are put together. */
export function behaviourOf(options: InputOptions): ReassembleOptions {
	const { compat, maxPagesPerConnection, maxPagesTotal } = options;
	const midstream = options.interface === undefined ? 'wait' : LIVE_MIDSTREAM_MS;
	if (compat === undefined) return { midstream, ...settingsOf(options) };
	return { compat, maxBufferedPagesPerConnection: maxPagesPerConnection, maxBufferedPagesTotal: maxPagesTotal };
}
