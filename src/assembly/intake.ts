import { type Segment, TcpFlag } from '../wire/segment.js';
import type { ConnectionTable } from './connectionTable.js';
import { ConnectionFlag, HalfFlag } from './connectionWords.js';
import { drop } from './delivery.js';
import type { Endings } from './endings.js';
import type { Engine } from './engine.js';
import { HalfConnection } from './halfConnection.js';
import { canStartAt, confirmStart, isOwnSyn, judgeSyn, type SynMeaning } from './handshake.js';
import { carrierOf, noteUrgent, receive, receiveAfterClose, receiveTentatively } from './receiving.js';
import { goesOnAfterReset, judgeReset } from './reset.js';
import { advance, distance } from './sequence.js';
import { catchUp, skipHole } from './skipping.js';
import { pickUp, resume, sayStart, start, startSilently } from './starting.js';
import { ConnectionState, type TrackedConnection } from './trackedConnection.js';
import type { WaitingFlows } from './waitingFlows.js';

/** What happens to a segment that is more than the next one of its flow: SYN, FIN, RST, early, late, the first of a connection. */
export class Intake {
	constructor(
		private readonly engine: Engine,
		private readonly connections: ConnectionTable,
		private readonly waiting: WaitingFlows,
		private readonly endings: Endings,
	) {}

	/**
	 * Takes a segment.
	 *
	 * @param row where its connection is; -1 for none.
	 * @returns the connection that it belongs to; undefined if that had ended.
	 */
	take(segment: Segment, row: number, reversed: boolean): TrackedConnection | undefined {
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
		const meaning = isSyn ? judgeSyn(half, segment, this.engine.settings.maxGap) : undefined;
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
		const goesOn = goesOnAfterReset(half, segment, this.engine.settings.maxGap);
		if (!goesOn && this.isLate(half, segment)) return undefined;
		if (goesOn) return this.goOn(ended, segment);
		this.connections.forget(ended);
		return this.connections.open(segment);
	}

	/** The connection that goes on where another between the same ends was when it was ended too early. */
	private goOn(ended: TrackedConnection, segment: Segment): TrackedConnection {
		const cursors = [false, true]
			.map(backward => new HalfConnection(ended, backward))
			.map(({ started, next }) => (started ? next : undefined));
		this.connections.forget(ended);
		const connection = this.connections.open(segment);
		cursors.forEach((next, backward) => {
			if (next !== undefined) resume(new HalfConnection(connection, backward === 1), next);
		});
		connection.decideClient(ended.clientIsBackward, ended.evidence);
		connection.settleRoles();
		return connection;
	}

	private receive(half: HalfConnection, segment: Segment): void {
		const { opposite } = half;
		if (segment.has(TcpFlag.ack)) this.acknowledge(opposite, segment.ack);
		if (this.engine.settings.urgent === 'drop' && segment.has(TcpFlag.urg) && !half.closed) noteUrgent(half, segment);
		this.receiveFrom(half, segment, segment.seq);
	}

	/** Takes what the other side says to have received. */
	private acknowledge(half: HalfConnection, ack: number): void {
		const hasMoved = confirmStart(half, ack, this.engine.settings.maxGap);
		if (half.has(HalfFlag.lost) && !half.closed) catchUp(half, ack);
		else if (!hasMoved) return;
		this.endings.settle(half);
	}

	/** Takes payload and FIN of a segment, the first byte of which has number `seq`. */
	private receiveFrom(half: HalfConnection, segment: Segment, seq: number): void {
		const fin = segment.has(TcpFlag.fin);
		if (segment.length + segment.missing === 0 && !fin) return;
		if (half.closed) {
			receiveAfterClose(half, segment, seq);
			return;
		}
		const { midstream } = this.engine.settings;
		if (!half.started && midstream === 'pickup') pickUp(half, seq);
		receive(half, segment, seq, fin);
		const waitedSince = half.disorder?.waitingSince ?? this.engine.now;
		if (!half.started && typeof midstream === 'number' && this.engine.now - waitedSince > midstream) skipHole(half);
		if (half.isWaiting) this.waiting.keepWithinLimits(half);
		this.endings.settle(half);
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
		this.endings.settle(half);
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
		const { maxGap } = this.engine.settings;
		if (canStartAt(opposite, segment.ack, maxGap)) {
			if (opposite.isSeen) start(opposite, segment.ack, carrierOf(segment));
			else startSilently(opposite, segment.ack);
		}
		confirmStart(opposite, segment.ack, maxGap);
		this.endings.settle(opposite);
	}

	private reopen(old: TrackedConnection, segment: Segment, reversed: boolean): TrackedConnection {
		this.endings.close(old, 'reused');
		const connection = this.connections.open(segment);
		this.accept(new HalfConnection(connection, reversed), segment, 'start');
		return connection;
	}

	private reset(half: HalfConnection, segment: Segment): void {
		const meaning = judgeReset(half, segment, this.engine.settings);
		if (meaning === 'accepted') {
			half.connection.mark(half.reversed ? ConnectionFlag.resetByBackward : ConnectionFlag.resetByForward);
			this.endings.close(half.connection, 'rst', segment.packet);
		} else if (meaning === 'refusal') half.opposite.mark(HalfFlag.refused);
		else drop(half, meaning, segment.seq, 0, carrierOf(segment));
	}

	/** Whether a packet belongs to a connection that has ended: then it is counted, and opens nothing. */
	private isLate(half: HalfConnection, segment: Segment): boolean {
		const { maxGap, lingerMs } = this.engine.settings;
		const isSyn = segment.has(TcpFlag.syn);
		const isNewSyn = isSyn && !isOwnSyn(half, segment, maxGap);
		const isFar = half.started && Math.abs(distance(half.next, segment.seq)) > maxGap;
		const isOver = half.connection.lastSeenMs < this.engine.now - lingerMs;
		if (isNewSyn || isFar || isOver) return false;
		half.see(segment);
		if (!segment.has(TcpFlag.rst)) receiveAfterClose(half, segment, isSyn ? advance(segment.seq, 1) : segment.seq);
		return true;
	}
}
