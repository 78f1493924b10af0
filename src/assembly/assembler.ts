import { type Segment, TcpFlag } from '../wire/segment.js';
import type { CloseReason } from './closeReason.js';
import type { Connection } from './connection.js';
import { ConnectionTable } from './connectionTable.js';
import { ConnectionFlag, HalfFlag } from './connectionWords.js';
import type { AssemblerCounters } from './counters.js';
import { catchUp, close, drop, pickUp, resume, sayStart, skipHole, start, startSilently } from './delivery.js';
import type { Flush } from './flush.js';
import { HalfConnection } from './halfConnection.js';
import { canStartAt, confirmStart, isOwnSyn, judgeSyn, type SynMeaning } from './handshake.js';
import { passInTurn } from './inTurn.js';
import { type AssemblerOptions, type AssemblerSettings, settingsOf } from './limits.js';
import { type AssemblerOutput, Outbox } from './outbox.js';
import { Reassembly } from './reassembly.js';
import { carrierOf, noteUrgent, receive, receiveAfterClose, receiveTentatively } from './receiving.js';
import { goesOnAfterReset, judgeReset } from './reset.js';
import { advance, distance } from './sequence.js';
import { ConnectionState, type TrackedConnection } from './trackedConnection.js';
import { WaitingFlows } from './waitingFlows.js';

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
	private readonly waiting: WaitingFlows;
	/** Connections that have ended by themselves, until who is at work on them is done. */
	private readonly over: TrackedConnection[] = [];
	private evicted = 0;
	private evictedHalfOpen = 0;

	constructor(output: AssemblerOutput, options: AssemblerOptions = {}, { keepsBytes = true, directed = false }: AssemblerMode = {}) {
		this.settings = settingsOf(options);
		this.outbox = new Outbox(output, this.settings, keepsBytes);
		this.connections = new ConnectionTable(this.outbox, directed, connection => this.evict(connection));
		this.waiting = new WaitingFlows(this.outbox, half => this.settle(half));
	}

	/** What it has counted, and what it holds now. */
	get counters(): AssemblerCounters {
		const { evicted, evictedHalfOpen, connections, outbox, waiting } = this;
		return {
			connections: connections.opened,
			flows: connections.flows,
			lingering: connections.lingerers,
			heldBytes: outbox.held.bytes,
			heldSegments: outbox.held.segments,
			evicted,
			evictedHalfOpen,
			skippedByAge: waiting.skips.age,
			skippedByFlowLimit: waiting.skips.flowLimit,
			skippedByTotalLimit: waiting.skips.totalLimit,
			closed: { ...outbox.closed },
			anomalies: { ...outbox.anomalies },
		};
	}

	/**
	 * Takes the next segment, and hands out what it completes.
	 *
	 * @returns the connection that it belongs to; undefined if that had ended, so that it is only counted.
	 */
	push(segment: Segment): Connection | undefined {
		const { connections, outbox } = this;
		const { ms } = segment.timestamp;
		if (ms > outbox.now) outbox.now = ms;
		const reversed = connections.address(segment);
		const row = connections.findRow();
		if (row < 0 || !passInTurn(connections.table, row, reversed, segment, outbox.now)) {
			const connection = this.take(segment, row, reversed);
			this.finishOver();
			outbox.handOut();
			return connection;
		}
		const connection = connections.at(row);
		const { length, payloadAt, timestamp, packet, block } = segment;
		if (length > 0) {
			outbox.emitNow(
				new Reassembly(connection, reversed, block, payloadAt, payloadAt + length, 0, false, false, timestamp, packet, undefined, false),
			);
		}
		return connection;
	}

	/** Stops waiting, and closes what is idle, as the mark says. */
	flush({ now, holesBefore, idleBefore, reason }: Flush): void {
		const { connections, settings, outbox } = this;
		const { midstream } = settings;
		const startBefore = typeof midstream === 'number' ? Math.max(holesBefore, now - midstream) : holesBefore;
		this.waiting.skipOlderThan(holesBefore, startBefore);
		this.finishOver();
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

	private take(segment: Segment, row: number, reversed: boolean): TrackedConnection | undefined {
		const { connections } = this;
		const found = row < 0 ? undefined : connections.at(row);
		const connection =
			found === undefined
				? connections.open(segment)
				: found.state === ConnectionState.lingering
					? this.replace(found, segment, reversed)
					: found;
		if (connection === undefined) return undefined;
		const half = new HalfConnection(connection, reversed);
		const isSyn = segment.has(TcpFlag.syn) && !segment.has(TcpFlag.rst);
		const meaning = isSyn ? judgeSyn(half, segment, this.settings.maxGap) : undefined;
		if (meaning === 'reuse') return this.reopen(connection, segment, reversed);
		this.accept(half, segment, meaning);
		return connection;
	}

	/** Takes a segment that belongs to its connection. */
	private accept(half: HalfConnection, segment: Segment, meaning: SynMeaning | undefined): void {
		this.connections.see(half, segment);
		if (half.has(HalfFlag.startUntold)) sayStart(half, carrierOf(segment));
		if (segment.has(TcpFlag.rst)) this.reset(half, segment);
		else if (meaning === undefined) this.receive(half, segment);
		else this.synchronize(half, segment, meaning);
	}

	/** The connection that a packet opens between the ends of one that has ended; undefined if it is a late one of that. */
	private replace(ended: TrackedConnection, segment: Segment, reversed: boolean): TrackedConnection | undefined {
		const half = new HalfConnection(ended, reversed);
		const goesOn = goesOnAfterReset(half, segment, this.settings.maxGap);
		if (!goesOn && this.isLate(half, segment)) return undefined;
		const cursors = [false, true]
			.map(backward => new HalfConnection(ended, backward))
			.map(({ started, next }) => (started ? next : undefined));
		const { clientIsBackward, evidence } = ended;
		this.connections.forget(ended);
		const connection = this.connections.open(segment);
		if (!goesOn) return connection;
		// It goes on where another connection between the same ends was when it was ended too early.
		cursors.forEach((next, backward) => {
			if (next !== undefined) resume(new HalfConnection(connection, backward === 1), next);
		});
		connection.decideClient(clientIsBackward, evidence);
		connection.settleRoles();
		return connection;
	}

	private receive(half: HalfConnection, segment: Segment): void {
		const { opposite } = half;
		if (segment.has(TcpFlag.ack)) this.acknowledge(opposite, segment.ack);
		if (this.settings.urgent === 'drop' && segment.has(TcpFlag.urg) && !half.closed) noteUrgent(half, segment);
		this.receiveFrom(half, segment, segment.seq);
	}

	/** Takes what the other side says to have received. */
	private acknowledge(half: HalfConnection, ack: number): void {
		const hasMoved = confirmStart(half, ack, this.settings.maxGap);
		if (half.has(HalfFlag.lost) && !half.closed) catchUp(half, ack);
		else if (!hasMoved) return;
		this.settle(half);
	}

	/** Takes payload and FIN of a segment, the first byte of which has number `seq`. */
	private receiveFrom(half: HalfConnection, segment: Segment, seq: number): void {
		const fin = segment.has(TcpFlag.fin);
		if (segment.length + segment.missing === 0 && !fin) return;
		if (half.closed) {
			receiveAfterClose(half, segment, seq);
			return;
		}
		const { midstream } = this.settings;
		if (!half.started && midstream === 'pickup') pickUp(half, seq);
		receive(half, segment, seq, fin);
		const waitedSince = half.disorder?.waitingSince ?? this.outbox.now;
		if (!half.started && typeof midstream === 'number' && this.outbox.now - waitedSince > midstream) skipHole(half);
		if (half.isWaiting) this.waiting.keepWithinLimits(half);
		this.settle(half);
	}

	/** Takes a SYN of a connection. */
	private synchronize(half: HalfConnection, segment: Segment, meaning: SynMeaning): void {
		const { connection, reversed } = half;
		const isSynAck = segment.has(TcpFlag.ack);
		const first = advance(segment.seq, 1);
		if (meaning === 'contradiction') {
			drop(half, 'syn-with-other-isn', segment.seq, segment.length, carrierOf(segment));
			return;
		}
		connection.decideClient(reversed !== isSynAck, isSynAck ? ConnectionFlag.synAckSeen : ConnectionFlag.synSeen);
		if (isSynAck) this.hearSynAck(half.opposite, segment);
		if (meaning === 'undecided') half.disturb().rivalFirst = first;
		if (meaning === 'repeated') half.countRetransmitted();
		if (meaning === 'start') start(half, first, carrierOf(segment));
		if (first === half.first) half.mark(HalfFlag.synSeen);
		if (first !== half.otherFirst) this.receiveSynPayload(half, segment, first);
		this.settle(half);
	}

	/** A SYN may bring payload (TCP Fast Open, RFC 7413), which the other side may refuse, so that it comes again. */
	private receiveSynPayload(half: HalfConnection, segment: Segment, first: number): void {
		const isPlain = segment.length > 0 && segment.missing === 0 && !segment.has(TcpFlag.fin);
		const isOpen = half.started && !half.closed && !half.confirmed && half.next === first && half.finAt === undefined;
		if (!isPlain || !isOpen || (half.isWaiting && !half.holdsTentative)) this.receiveFrom(half, segment, first);
		else {
			receiveTentatively(half, segment, first);
			this.waiting.keepWithinLimits(half);
		}
	}

	/** A SYN-ACK tells where the other side starts, even if its SYN was not captured. */
	private hearSynAck(opposite: HalfConnection, segment: Segment): void {
		const { maxGap } = this.settings;
		if (canStartAt(opposite, segment.ack, maxGap)) {
			if (opposite.isSeen) start(opposite, segment.ack, carrierOf(segment));
			else startSilently(opposite, segment.ack);
		}
		confirmStart(opposite, segment.ack, maxGap);
		this.settle(opposite);
	}

	private reopen(old: TrackedConnection, segment: Segment, reversed: boolean): TrackedConnection {
		this.close(old, 'reused');
		const connection = this.connections.open(segment);
		this.accept(new HalfConnection(connection, reversed), segment, 'start');
		return connection;
	}

	private reset(half: HalfConnection, segment: Segment): void {
		const meaning = judgeReset(half, segment, this.settings);
		if (meaning === 'accepted') {
			half.connection.mark(half.reversed ? ConnectionFlag.resetByBackward : ConnectionFlag.resetByForward);
			this.close(half.connection, 'rst', segment.packet);
		} else if (meaning === 'refusal') half.opposite.mark(HalfFlag.refused);
		else drop(half, meaning, segment.seq, 0, carrierOf(segment));
	}

	/** Whether a packet belongs to a connection that has ended: then it is counted, and opens nothing. */
	private isLate(half: HalfConnection, segment: Segment): boolean {
		const { maxGap, lingerMs } = this.settings;
		const isSyn = segment.has(TcpFlag.syn);
		const isNewSyn = isSyn && !isOwnSyn(half, segment, maxGap);
		const isFar = half.started && Math.abs(distance(half.next, segment.seq)) > maxGap;
		const isOver = half.connection.lastSeenMs < this.outbox.now - lingerMs;
		if (isNewSyn || isFar || isOver) return false;
		half.see(segment);
		if (!segment.has(TcpFlag.rst)) receiveAfterClose(half, segment, isSyn ? advance(segment.seq, 1) : segment.seq);
		return true;
	}

	private close(connection: TrackedConnection, reason: CloseReason, packet = 0): void {
		const halves = [connection.clientIsBackward, !connection.clientIsBackward].map(reversed => new HalfConnection(connection, reversed));
		const oneWasClosed = halves.some(half => half.closed);
		connection.mark(ConnectionFlag.closing);
		for (const half of halves) {
			// Of a flow that nobody saw there is something to say only if nothing else tells that the connection is over.
			const isNews = half.isKnown || (oneWasClosed && reason !== 'eof');
			if (!half.closed && isNews) close(half, reason, packet);
			this.waiting.list(half);
		}
		this.connections.finish(connection, reason === 'rst');
	}

	private finishOver(): void {
		for (let connection = this.over.pop(); connection !== undefined; connection = this.over.pop())
			this.connections.finish(connection, true);
	}

	private evict(connection: TrackedConnection): void {
		this.evicted++;
		if (connection.state === ConnectionState.halfOpen) this.evictedHalfOpen++;
		this.close(connection, 'evicted');
	}

	/** Puts a half where it belongs after it has changed. */
	private settle(half: HalfConnection): void {
		this.waiting.list(half);
		if (half.closed && half.connection.isOver) this.over.push(half.connection);
	}
}
