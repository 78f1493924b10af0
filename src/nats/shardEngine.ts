import { map, Observable, Subject } from 'rxjs';
import { flushOlderThan } from '../../operators/flushOlderThan.js';
import { type ConnectionObservable, groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { Assembler } from '../assembly/assembler.js';
import { Flush } from '../assembly/flush.js';
import type { AssemblerOptions } from '../assembly/limits.js';
import type { Reassembly } from '../assembly/reassembly.js';
import { type Exclusion, isWithin, keyOf, type LiveConnection, LiveConnections } from '../shipping/liveConnections.js';
import type { ShippedPacket } from '../shipping/shippedPacket.js';
import { isOfTimeMark, isTimeMark, timeMark } from '../shipping/timeMark.js';
import { Timestamp } from '../timestamp.js';
import type { Segment } from '../wire/segment.js';
import { TcpDecoder } from '../wire/tcpDecoder.js';

/**
 * What is made of one connection: anything that can be published. `forgotten` emits once when no packet can count for the
 * connection any more, a minute of packet time after its end, and completes.
 */
export type ConnectionWork = (connection: ConnectionObservable<Reassembly>, forgotten: Observable<void>) => Observable<string | Uint8Array>;

/** How packets become chunks: as `decodeTcp`, `flushOlderThan` and `reassemble` are told. */
export interface EngineOptions {
	/** Default `'ignore'`. */
	readonly checksums?: 'ignore' | 'verify' | undefined;
	/** Default 120,000. */
	readonly flushOlderThanMs?: number | undefined;
	/** Default 3,600,000. */
	readonly closeIdleMs?: number | undefined;
	readonly reassemble?: AssemblerOptions | undefined;
}

/** A result, and what tells it from all others: the same in every replay. */
export interface Result {
	readonly id: string;
	readonly value: string | Uint8Array;
}

const FLUSH_OLDER_THAN_MS = 120_000;
const CLOSE_IDLE_MS = 3_600_000;

/** The ordinary pipeline of one shard, that can say which messages it still needs. Time is the packets' alone. */
export class ShardEngine {
	newestMs: number;
	/** Connections whose work failed. */
	failed = 0;
	readonly live: LiveConnections;
	private readonly decoder: TcpDecoder;
	private readonly assembler: Assembler;
	private readonly segments = new Subject<Segment>();
	private readonly chunks = new Subject<Reassembly>();
	private readonly excluded: ReadonlyMap<string, readonly number[]>;
	private packet: ShippedPacket | undefined = undefined;
	private segment: Segment | undefined = undefined;
	private sensor = 0;
	private results: Result[] = [];

	constructor(
		work: ConnectionWork,
		{ checksums, flushOlderThanMs = FLUSH_OLDER_THAN_MS, closeIdleMs = CLOSE_IDLE_MS, reassemble = {} }: EngineOptions,
		start: { readonly newestMs: number | null; readonly excluded: readonly Exclusion[] },
	) {
		this.newestMs = start.newestMs ?? Number.NEGATIVE_INFINITY;
		this.excluded = new Map(start.excluded);
		this.live = new LiveConnections(closeIdleMs);
		this.decoder = new TcpDecoder({ checksums });
		this.assembler = new Assembler({ chunk: chunk => this.takeChunk(chunk) }, reassemble);
		const errors = { next: () => this.failed++ };
		this.chunks
			.pipe(
				groupByConnection(),
				mergeFlows(connection => this.workOn(connection, work), { errors }),
			)
			.subscribe(result => this.results.push(result));
		this.segments.pipe(flushOlderThan(flushOlderThanMs, { closeIdleMs, clock: 'packet' })).subscribe({
			next: item => (item instanceof Flush ? this.assembler.flush(item) : this.push(item)),
			complete: () => this.assembler.end(),
		});
		if (start.newestMs !== null) this.segments.next(timeMark(Timestamp.fromMs(start.newestMs)));
	}

	/** Takes the next packet, of a sensor with that place. */
	take(packet: ShippedPacket, sensor: number): void {
		const segment = this.decoder.decode(packet);
		if (segment === null) return;
		if (segment.timestamp.ms > this.newestMs) {
			this.newestMs = segment.timestamp.ms;
			this.live.forget(this.newestMs);
		}
		this.packet = packet;
		this.sensor = sensor;
		// The time that it brings counts all the same.
		this.segments.next(this.isExcluded(segment, packet, sensor) ? timeMark(segment.timestamp) : segment);
	}

	/** Nothing more comes. */
	end(): void {
		this.segments.complete();
		this.chunks.complete();
		this.live.forgetAll();
	}

	/** The results since the last call. */
	drain(): Result[] {
		const { results } = this;
		this.results = [];
		return results;
	}

	private push(segment: Segment): void {
		this.segment = segment;
		const connection = this.assembler.push(segment);
		if (!isTimeMark(segment)) this.live.note(connection, segment, this.packet as ShippedPacket, this.sensor);
	}

	private takeChunk(chunk: Reassembly): void {
		const { connection } = chunk;
		if (isOfTimeMark(connection)) return;
		this.chunks.next(chunk);
		if (chunk.last) this.live.end(connection, this.newestMs);
	}

	private workOn(connection: ConnectionObservable<Reassembly>, work: ConnectionWork): Observable<Result> {
		const live = this.live.of(connection.key, this.packet as ShippedPacket, this.segment as Segment);
		return work(connection, forgetting(live)).pipe(map(value => ({ id: `${live.id}.${live.results++}`, value })));
	}

	private isExcluded(segment: Segment, packet: ShippedPacket, sensor: number): boolean {
		return this.excluded.size > 0 && isWithin(this.excluded.get(keyOf(segment)), packet, sensor);
	}
}

function forgetting(live: LiveConnection): Observable<void> {
	return new Observable(out => {
		live.forgotten = () => {
			out.next();
			out.complete();
		};
	});
}
