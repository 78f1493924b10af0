import { type Segment, TcpFlag } from '../wire/segment.js';
import { AgeHeap } from './ageHeap.js';
import type { AnomalyKind } from './anomaly.js';
import type { Connection } from './connection.js';
import { ConnectionTable } from './connectionTable.js';
import type { Flush } from './flush.js';
import type { HalfConnection } from './halfConnection.js';
import { canStartAt, confirmStart, isOwnSyn, judgeSyn } from './handshake.js';
import { type AssemblerOptions, type AssemblerSettings, settingsOf } from './limits.js';
import { type AssemblerOutput, Outbox } from './outbox.js';
import type { CloseReason } from './reassembly.js';
import { goesOnAfterReset, judgeReset } from './reset.js';
import { advance, distance } from './sequence.js';
import { Evidence, type TrackedConnection } from './trackedConnection.js';

/** What an assembler has counted, and what it holds. */
export interface AssemblerCounters {
	/** Connections that were opened. */
	readonly connections: number;
	/** Flows (directions) that are open. */
	readonly flows: number;
	/** Bytes that are held behind holes, and in how many pieces. */
	readonly heldBytes: number;
	readonly heldSegments: number;
	/** Connections that were closed to make room. */
	readonly evicted: number;
	/** Holes that were skipped to make room. */
	readonly skippedByLimit: number;
	readonly anomalies: Readonly<Record<AnomalyKind, number>>;
}

/** How an assembler works when it only has to tell which connection a segment belongs to. */
export interface AssemblerMode {
	/** Whether held bytes are kept; without them the chunks of what was held have none. Default true. */
	readonly keepsBytes?: boolean;
	/** Whether each direction is a connection of its own. Default false. */
	readonly directed?: boolean;
}

/**
 * The engine: segments of all connections in, ordered chunks out. gopacket's `tcpassembly.Assembler`, with both
 * directions in view, and with limits that are on by default.
 *
 * It knows no clock: time is the greatest packet time so far.
 *
 * @example
 * ```ts
 * const assembler = new Assembler({ chunk: chunk => console.log(String(chunk.flow), chunk.length) });
 * segments.subscribe({ next: segment => assembler.push(segment), complete: () => assembler.end() });
 * ```
 */
export class Assembler {
	private readonly settings: AssemblerSettings;
	private readonly outbox: Outbox;
	private readonly connections: ConnectionTable;
	private readonly holes = new AgeHeap<HalfConnection>(half => half.waitingSince);
	private readonly unstarted = new AgeHeap<HalfConnection>(half => half.waitingSince);
	private evicted = 0;
	private skippedByLimit = 0;

	constructor(output: AssemblerOutput, options: AssemblerOptions = {}, { keepsBytes = true, directed = false }: AssemblerMode = {}) {
		this.settings = settingsOf(options);
		this.outbox = new Outbox(output, this.settings, keepsBytes);
		this.connections = new ConnectionTable(this.outbox, directed, connection => this.evict(connection));
	}

	/** What it has counted, and what it holds now. */
	get counters(): AssemblerCounters {
		const { evicted, skippedByLimit, connections, outbox } = this;
		return {
			connections: connections.opened,
			flows: connections.flows,
			heldBytes: outbox.held.bytes,
			heldSegments: outbox.held.segments,
			evicted,
			skippedByLimit,
			anomalies: { ...outbox.anomalies },
		};
	}

	/**
	 * Takes the next segment, and hands out what it completes.
	 *
	 * @returns the connection that it belongs to; undefined if that had ended, so that it is only counted.
	 */
	push(segment: Segment): Connection | undefined {
		const { ms } = segment.timestamp;
		if (ms > this.outbox.now) this.outbox.now = ms;
		const connection = this.take(segment);
		this.outbox.handOut();
		return connection;
	}

	/** Stops waiting, and closes what is idle, as the mark says. */
	flush({ now, holesBefore, idleBefore, reason }: Flush): void {
		const { connections, settings, outbox } = this;
		const { midstream } = settings;
		const startBefore = typeof midstream === 'number' ? Math.max(holesBefore, now - midstream) : holesBefore;
		this.skipOlderThan(this.unstarted, startBefore);
		this.skipOlderThan(this.holes, holesBefore);
		for (let idle = connections.idleBefore(idleBefore); idle !== undefined; idle = connections.idleBefore(idleBefore)) {
			this.close(idle, reason);
		}
		outbox.handOut();
	}

	/** Says that no more segments come: everything held is handed out, with its skips, and everything is closed. */
	end(): void {
		for (const connection of this.connections.all()) this.close(connection, 'eof');
		this.outbox.handOut();
	}

	private take(segment: Segment): TrackedConnection | undefined {
		const { connections } = this;
		const reversed = connections.address(segment);
		const found = connections.find();
		const connection =
			found === undefined ? connections.open(segment) : found.state === 'lingering' ? this.replace(found, segment, reversed) : found;
		if (connection === undefined) return undefined;
		const half = connection.half(reversed);
		connections.see(connection, half, segment);
		if (segment.has(TcpFlag.rst)) this.reset(connection, half, segment);
		else if (segment.has(TcpFlag.syn)) return this.synchronize(connection, half, segment, reversed);
		else this.receive(connection, half, segment);
		return connection;
	}

	/** The connection that a packet opens between the ends of one that has ended; undefined if it is a late one of that. */
	private replace(ended: TrackedConnection, segment: Segment, reversed: boolean): TrackedConnection | undefined {
		const half = ended.half(reversed);
		const goesOn = goesOnAfterReset(half, segment, this.settings.maxGap);
		if (!goesOn && this.isLate(ended, half, segment)) return undefined;
		this.connections.forget(ended);
		const connection = this.connections.open(segment);
		if (goesOn) connection.resume(ended);
		return connection;
	}

	private receive(connection: TrackedConnection, half: HalfConnection, segment: Segment): void {
		const opposite = connection.opposite(half);
		const moved = !opposite.confirmed && segment.has(TcpFlag.ack) && confirmStart(opposite, segment.ack, this.settings.maxGap);
		if (moved) this.settle(opposite);
		this.receiveFrom(half, segment, segment.seq);
	}

	/** Takes payload and FIN of a segment, the first byte of which has number `seq`. */
	private receiveFrom(half: HalfConnection, segment: Segment, seq: number): void {
		const fin = segment.has(TcpFlag.fin);
		if (segment.length + segment.missing === 0 && !fin) return;
		if (half.closed) {
			half.receiveAfterClose(segment, seq);
			return;
		}
		const { midstream } = this.settings;
		if (!half.started && midstream === 'pickup') half.pickUp(seq);
		half.receive(segment, seq, fin);
		if (!half.started && typeof midstream === 'number' && this.outbox.now - half.waitingSince > midstream) half.skipHole();
		if (half.isWaiting) this.keepWithinLimits(half);
		this.settle(half);
	}

	/** Takes a SYN; answers the connection that it belongs to, which may be a new one. */
	private synchronize(connection: TrackedConnection, half: HalfConnection, segment: Segment, reversed: boolean): TrackedConnection {
		const isSynAck = segment.has(TcpFlag.ack);
		const first = advance(segment.seq, 1);
		const meaning = judgeSyn(half, segment, this.settings.maxGap);
		if (meaning === 'reuse') return this.reopen(connection, segment, reversed);
		if (meaning === 'contradiction') {
			half.drop('syn-with-other-isn', segment.seq, segment.length, { seen: segment.timestamp, packet: segment.packet });
			return connection;
		}
		const opposite = connection.opposite(half);
		connection.decideClient(isSynAck ? opposite : half, isSynAck ? Evidence.synAck : Evidence.syn);
		if (isSynAck) this.hearSynAck(opposite, segment);
		if (meaning === 'undecided') half.rivalFirst = first;
		if (meaning === 'repeated') half.retransmitted++;
		if (meaning === 'start') half.start(first, { seen: segment.timestamp, packet: segment.packet });
		if (first === half.first) half.synSeen = true;
		if (first !== half.otherFirst) this.receiveFrom(half, segment, first);
		this.settle(half);
		return connection;
	}

	/** A SYN-ACK tells where the other side starts, even if its SYN was not captured. */
	private hearSynAck(opposite: HalfConnection, segment: Segment): void {
		const { maxGap } = this.settings;
		if (canStartAt(opposite, segment.ack, maxGap)) opposite.start(segment.ack, { seen: segment.timestamp, packet: segment.packet });
		confirmStart(opposite, segment.ack, maxGap);
		this.settle(opposite);
	}

	private reopen(old: TrackedConnection, segment: Segment, reversed: boolean): TrackedConnection {
		this.close(old, 'reused');
		const connection = this.connections.open(segment);
		const half = connection.half(reversed);
		this.connections.see(connection, half, segment);
		return this.synchronize(connection, half, segment, reversed);
	}

	private reset(connection: TrackedConnection, half: HalfConnection, segment: Segment): void {
		const opposite = connection.opposite(half);
		const meaning = judgeReset(half, opposite, segment, this.settings);
		if (meaning === 'accepted') {
			connection.resetBy = half;
			this.close(connection, 'rst', segment.packet);
		} else if (meaning === 'refusal') opposite.refused = true;
		else half.drop(meaning, segment.seq, 0, { seen: segment.timestamp, packet: segment.packet });
	}

	/** Whether a packet belongs to a connection that has ended: then it is counted, and opens nothing. */
	private isLate(connection: TrackedConnection, half: HalfConnection, segment: Segment): boolean {
		const { maxGap } = this.settings;
		const isSyn = segment.has(TcpFlag.syn);
		const isNewSyn = isSyn && !isOwnSyn(half, segment, maxGap);
		const isFar = half.started && Math.abs(distance(half.next, segment.seq)) > maxGap;
		const isOver = connection.lastSeenMs < this.outbox.now - this.settings.lingerMs;
		if (isNewSyn || isFar || isOver) return false;
		half.see(segment);
		if (!segment.has(TcpFlag.rst)) half.receiveAfterClose(segment, isSyn ? advance(segment.seq, 1) : segment.seq);
		return true;
	}

	private close(connection: TrackedConnection, reason: CloseReason, packet = 0): void {
		const oneWasClosed = connection.forward.closed || connection.backward.closed;
		connection.closing = true;
		const client = connection.clientSide;
		for (const half of [client, connection.opposite(client)]) {
			// Of a flow that nobody saw there is something to say only if nothing else tells that the connection is over.
			const isNews = half.isKnown || (oneWasClosed && reason !== 'eof');
			if (!half.closed && isNews) half.close(reason, packet);
			this.listWaiting(half);
		}
		this.connections.finish(connection, reason === 'rst');
	}

	private evict(connection: TrackedConnection): void {
		this.evicted++;
		this.close(connection, 'evicted');
	}

	private keepWithinLimits(half: HalfConnection): void {
		const { settings } = this;
		const { held } = this.outbox;
		while (half.heldBytes > settings.maxHeldBytesPerFlow || half.heldSegments > settings.maxHeldSegmentsPerFlow) {
			this.skippedByLimit++;
			half.skipHole();
		}
		if (held.bytes <= settings.maxHeldBytes && held.segments <= settings.maxHeldSegments) return;
		this.listWaiting(half);
		while (held.bytes > settings.maxHeldBytes || held.segments > settings.maxHeldSegments) {
			const longest = this.longestWaiting();
			if (longest === undefined) return;
			this.skippedByLimit++;
			longest.skipHole();
			this.settle(longest);
		}
	}

	private longestWaiting(): HalfConnection | undefined {
		const hole = this.holes.oldest();
		const start = this.unstarted.oldest();
		if (hole === undefined || start === undefined) return hole ?? start;
		return start.waitingSince < hole.waitingSince ? start : hole;
	}

	private skipOlderThan(heap: AgeHeap<HalfConnection>, limit: number): void {
		for (let half = heap.olderThan(limit); half !== undefined; half = heap.olderThan(limit)) {
			half.skipHole();
			this.settle(half);
		}
	}

	/** Puts a half where it belongs after it has changed. */
	private settle(half: HalfConnection): void {
		this.listWaiting(half);
		if (half.closed && half.connection.isOver) this.connections.finish(half.connection, true);
	}

	private listWaiting(half: HalfConnection): void {
		const heap = half.isWaiting ? (half.started ? this.holes : this.unstarted) : undefined;
		if (half.heap !== heap) half.heap?.remove(half);
		half.heap = heap;
		heap?.update(half);
	}
}
