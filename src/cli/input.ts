import { fromEvent, type Observable, takeUntil } from 'rxjs';
import { decodeTcp } from '../../operators/decodeTcp.js';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { type ReassembleOptions, reassemble } from '../../operators/reassemble.js';
import type { Flush } from '../assembly/flush.js';
import type { Reassembly } from '../assembly/reassembly.js';
import type { Packet } from '../packet.js';
import { fromFile } from '../sources/fromFile.js';
import { fromInterface } from '../sources/fromInterface.js';
import { fromStream } from '../sources/fromStream.js';
import type { Segment } from '../wire/segment.js';
import { FLUSH_OLDER_THAN_MS } from './defaults.js';

/** The flags that every command takes which reads packets. */
export interface InputOptions {
	readonly interface?: string;
	readonly filter?: string;
	readonly checksums: 'ignore' | 'verify';
	readonly flushOlderThan?: number;
	readonly closeIdle: number;
	readonly midstream?: 'wait' | 'pickup' | number;
	readonly compat?: 'tcpassembly';
	readonly maxPagesPerConnection?: number;
	readonly maxPagesTotal?: number;
}

/** How long a live capture waits for the start of a connection that was running before it, in ms. */
const LIVE_MIDSTREAM_MS = 1000;

/** The packets of the file, of standard input (`-`), or of the device. Ctrl-C ends them, and so gives what there is. */
export function packetsOf(file: string | undefined, options: InputOptions): Observable<Packet> {
	return open(file, options).pipe(takeUntil(fromEvent(process, 'SIGINT')));
}

function open(file: string | undefined, options: InputOptions): Observable<Packet> {
	const { filter } = options;
	if (options.interface !== undefined) return fromInterface(options.interface, filter === undefined ? {} : { filter });
	return file === '-' ? fromStream(process.stdin) : fromFile(file as string);
}

/** The ordered chunks of those packets. */
export function chunksOf(file: string | undefined, options: InputOptions): Observable<Reassembly> {
	return segmentsOf(file, options).pipe(reassemble(behaviourOf(options)));
}

/** The segments of those packets, with marks. A file is replayed by its own time alone, so that it gives the same every time. */
export function segmentsOf(file: string | undefined, options: InputOptions): Observable<Segment | Flush> {
	// gopacket's assembler sees no datagram that was cut in fragments.
	const defragment = options.compat === undefined;
	const segments = packetsOf(file, options).pipe(decodeTcp({ checksums: options.checksums, defragment }));
	// A pipe may be as live as a device; its packets then come with the time that it is.
	const clock = options.interface !== undefined || file === '-' ? 'both' : 'packet';
	const { compat, flushOlderThan: ageMs, closeIdle: closeIdleMs } = options;
	// gopacket flushes nothing unless it is told to.
	if (compat !== undefined && ageMs === undefined) return segments;
	return segments.pipe(flushOlderThan(ageMs ?? FLUSH_OLDER_THAN_MS, { closeIdleMs, clock }));
}

/** How those segments are put together. */
export function behaviourOf(options: InputOptions): ReassembleOptions {
	const isLive = options.interface !== undefined;
	const { compat, maxPagesPerConnection, maxPagesTotal, midstream = isLive ? LIVE_MIDSTREAM_MS : 'wait' } = options;
	if (compat === undefined) return { midstream };
	return { compat, maxBufferedPagesPerConnection: maxPagesPerConnection, maxBufferedPagesTotal: maxPagesTotal };
}
