import { type Segment, TcpFlag } from '../wire/segment.js';
import type { ConnectionTable } from './connectionTable.js';
import {
	BACKWARD,
	CONNECTION_FLAGS,
	ConnectionFlag,
	FIRST,
	FORWARD,
	HALF_FLAGS,
	HalfFlag,
	LAST_SEEN_MS,
	NEXT,
	notePacket,
	POSITION,
	reasonBits,
} from './connectionWords.js';
import type { Disorder } from './disorder.js';
import { type HeldSegments, pieceOf } from './heldSegments.js';
import type { Outbox } from './outbox.js';
import { Reassembly } from './reassembly.js';
import { advance, distance } from './sequence.js';
import { ConnectionState, type TrackedConnection } from './trackedConnection.js';

/**
 * The connection of a segment; undefined if that had ended, so that the segment is only counted; null if the segment was not
 * taken: then nothing has changed.
 */
type Taken = TrackedConnection | undefined | null;

const { syn, fin, rst, ack, urg } = TcpFlag;
const { seen, started, closed, synSeen, confirmed, told, startUntold, disordered, lost } = HalfFlag;

const CONTROL = syn | fin | rst | urg;
/** Of a direction between its SYN and its FIN, where nothing is missing, only the first are set. */
const ORDERLY = seen | started;
const LOOKED_AT = ORDERLY | closed | startUntold | disordered;
/** A direction after its SYN, of a connection whose client is known by that. */
const SYNCHRONIZED = seen | started | synSeen | told;
const ROLES = ConnectionFlag.synSeen | ConnectionFlag.rolesSettled;
const CLOSED_BY_FIN = closed | told | reasonBits('fin');

const noBytes = new Uint8Array(0);

/**
 * The way of nearly all segments: those of connections where everything comes in its turn. They open with SYN, SYN-ACK and
 * ACK, go on with data and ACKs, and end with FINs; here nothing can happen but that cursors move.
 *
 * It asks the words of a row themselves, since this is what speed depends on, and declines whatever is not so plain, before
 * anything has changed. What it does is what {@link Intake} would do, and a test holds the two together.
 */
export class Orderly {
	constructor(
		private readonly outbox: Outbox,
		private readonly connections: ConnectionTable,
	) {}

	/** Takes a segment of the connection in a row, and hands out its chunk. */
	take(segment: Segment, row: number, reversed: boolean): Taken {
		const { table } = this.connections;
		const { words, doubles } = table;
		const at = row * table.width + table.keyWords;
		const half = at + (reversed ? BACKWARD : FORWARD);
		const { flags, length, seq } = segment;
		const control = flags & CONTROL;
		if (segment.missing !== 0) return null;
		if (control === syn) return this.answer(segment, row, reversed);
		const isAck = control === 0 && length === 0;
		const halfFlags = words[half + HALF_FLAGS] as number;
		let early: Disorder<TrackedConnection> | undefined;
		if (isAck) {
			// Without payload it is in its turn wherever its own side stands.
			if ((halfFlags & (seen | startUntold)) !== seen) return null;
		} else if ((halfFlags & LOOKED_AT) !== ORDERLY || seq !== words[half + NEXT]) {
			if (control !== 0 || (halfFlags & LOOKED_AT) !== (ORDERLY | disordered)) return null;
			early = this.earlyIn(segment, this.connections.at(row), reversed, words[half + NEXT] as number);
			if (early === undefined) return null;
		}
		const state = (words[at + CONNECTION_FLAGS] as number) & ConnectionFlag.state;
		if (state === ConnectionState.lingering) return isAck ? this.takeLate(segment, at, half) : null;
		if (control !== 0 && control !== fin) return null;
		const opposite = at + (reversed ? FORWARD : BACKWARD) + HALF_FLAGS;
		const oppositeFlags = words[opposite] as number;
		const position = oppositeFlags & (started | confirmed | lost);
		// The first acknowledgment decides where the other side starts, and one may say where it goes on.
		if (position === started) {
			if (!this.confirms(segment, oppositeFlags, words[opposite - HALF_FLAGS + FIRST] as number)) return null;
			words[opposite] = oppositeFlags | confirmed;
		} else if (position !== 0 && position !== (started | confirmed)) return null;
		const connection = this.connections.at(row);
		if (state === ConnectionState.halfOpen && (oppositeFlags & seen) !== 0) this.connections.establish(connection);
		const { timestamp, packet } = segment;
		doubles[(at + LAST_SEEN_MS) >> 1] = this.outbox.now;
		notePacket(table, half, timestamp);
		if (isAck) return connection;
		if (early !== undefined) {
			this.hold(segment, early);
			return connection;
		}
		const offset = doubles[(half + POSITION) >> 1] as number;
		doubles[(half + POSITION) >> 1] = offset + length;
		words[half + NEXT] = seq + length;
		if (control === fin) this.end(segment, connection, half, reversed, offset);
		else {
			const { block, payloadAt } = segment;
			const end = payloadAt + length;
			this.outbox.emitNow(
				new Reassembly(connection, reversed, block, payloadAt, end, offset, 0, false, false, timestamp, packet, undefined, false),
			);
		}
		return connection;
	}

	/** What holds a segment that lies behind all that its flow holds; undefined if there is more to it. */
	private earlyIn(
		{ seq, length }: Segment,
		connection: TrackedConnection,
		reversed: boolean,
		next: number,
	): Disorder<TrackedConnection> | undefined {
		const { settings, held: all } = this.outbox;
		const disorder = connection.disorderOf(reversed);
		const held = disorder?.held;
		const ahead = distance(next, seq);
		if (held === undefined || held.segments === 0 || ahead <= 0 || ahead > settings.maxGap || held.hadTentative) return undefined;
		if (disorder?.finAt !== undefined || disorder?.rivalFirst !== undefined || distance(held.end, seq) < 0) return undefined;
		const hasRoom =
			held.bytes + length <= settings.maxHeldBytesPerFlow &&
			held.segments < settings.maxHeldSegmentsPerFlow &&
			all.bytes + length <= settings.maxHeldBytes &&
			all.segments < settings.maxHeldSegments;
		return hasRoom ? disorder : undefined;
	}

	/** Holds a segment until its turn comes. */
	private hold(segment: Segment, disorder: Disorder<TrackedConnection>): void {
		const { seq, block, payloadAt, length } = segment;
		const held = disorder.held as HeldSegments;
		const at = held.store(block, payloadAt, payloadAt + length);
		held.append(pieceOf(segment, seq, false, this.outbox.now, held.room, at));
		disorder.outOfOrder++;
	}

	/** Opens a connection with its first SYN. */
	open(segment: Segment, reversed: boolean): Taken {
		if ((segment.flags & (CONTROL | ack)) !== syn || segment.length + segment.missing !== 0) return null;
		const { connections } = this;
		const connection = connections.open(segment);
		const { at } = connection;
		connections.table.words[at + CONNECTION_FLAGS] = reversed ? ROLES | ConnectionFlag.clientIsBackward : ROLES;
		this.start(segment, connection, at + (reversed ? BACKWARD : FORWARD), reversed);
		return connection;
	}

	/** Starts the other direction with its SYN-ACK. */
	private answer(segment: Segment, row: number, reversed: boolean): Taken {
		const { table } = this.connections;
		const { words } = table;
		const at = row * table.width + table.keyWords;
		const half = at + (reversed ? BACKWARD : FORWARD);
		const opposite = at + (reversed ? FORWARD : BACKWARD);
		const oppositeFlags = words[opposite + HALF_FLAGS] as number;
		if (
			(segment.flags & ack) === 0 ||
			segment.length !== 0 ||
			words[half + HALF_FLAGS] !== 0 ||
			(oppositeFlags & (SYNCHRONIZED | closed | confirmed | disordered | lost)) !== SYNCHRONIZED ||
			segment.ack !== words[opposite + FIRST] ||
			((words[at + CONNECTION_FLAGS] as number) & (ROLES | ConnectionFlag.state)) !== ROLES
		) {
			return null;
		}
		words[opposite + HALF_FLAGS] = oppositeFlags | confirmed;
		table.doubles[(at + LAST_SEEN_MS) >> 1] = this.outbox.now;
		const connection = this.connections.at(row);
		this.start(segment, connection, half, reversed);
		return connection;
	}

	/** Puts the cursor of a direction of which nothing was seen behind its SYN. */
	private start(segment: Segment, connection: TrackedConnection, half: number, reversed: boolean): void {
		const { table } = this.connections;
		const { words } = table;
		const { timestamp, packet } = segment;
		const first = advance(segment.seq, 1);
		notePacket(table, half, timestamp);
		words[half + HALF_FLAGS] = (words[half + HALF_FLAGS] as number) | SYNCHRONIZED;
		words[half + FIRST] = first;
		words[half + NEXT] = first;
		this.connections.countFlow(connection);
		this.outbox.emitNow(new Reassembly(connection, reversed, noBytes, 0, 0, 0, 0, true, false, timestamp, packet, undefined, false));
	}

	/** Whether a segment acknowledges the SYN of the other direction, which starts at `first`. */
	private confirms(segment: Segment, oppositeFlags: number, first: number): boolean {
		const ahead = distance(first, segment.ack);
		return (oppositeFlags & disordered) === 0 && (segment.flags & ack) !== 0 && ahead >= 0 && ahead <= this.outbox.settings.maxGap;
	}

	/** Ends a direction with its FIN, and the connection with the second. */
	private end(segment: Segment, connection: TrackedConnection, half: number, reversed: boolean, offset: number): void {
		const { words } = this.connections.table;
		const { block, payloadAt, length, timestamp, packet } = segment;
		words[half + NEXT] = advance(segment.seq, length + 1);
		words[half + HALF_FLAGS] = (words[half + HALF_FLAGS] as number) | CLOSED_BY_FIN;
		connection.disorderOf(reversed)?.release();
		connection.settleRoles();
		this.outbox.closed.fin++;
		const last = connection.isOver;
		if (last) this.connections.finish(connection, true);
		this.outbox.emitNow(
			new Reassembly(connection, reversed, block, payloadAt, payloadAt + length, offset, 0, false, true, timestamp, packet, 'fin', last),
		);
	}

	/** Counts an ACK that comes after the end of its connection. */
	private takeLate({ seq, timestamp }: Segment, at: number, half: number): Taken {
		const { table } = this.connections;
		const { words, doubles } = table;
		const { maxGap, lingerMs } = this.outbox.settings;
		const isNear = Math.abs(distance(words[half + NEXT] as number, seq)) <= maxGap;
		const isRemembered = (doubles[(at + LAST_SEEN_MS) >> 1] as number) >= this.outbox.now - lingerMs;
		if (!isNear || !isRemembered || ((words[half + HALF_FLAGS] as number) & started) === 0) return null;
		notePacket(table, half, timestamp);
		return undefined;
	}
}
