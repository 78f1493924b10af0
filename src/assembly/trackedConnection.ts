import { type Direction, type Endpoint, Flow } from '../flow.js';
import type { Tunnel } from '../tunnel.js';
import type { Aging } from './ageHeap.js';
import type { Connection, FlowStatistics } from './connection.js';
import {
	BACKWARD,
	CONNECTION_FLAGS,
	ConnectionFlag,
	FIRST_NANOSECONDS,
	FIRST_SECONDS,
	FORWARD,
	HALF_FLAGS,
	HalfFlag,
	LAST_NANOSECONDS,
	LAST_SECONDS,
	LAST_SEEN_MS,
	PACKETS,
	POSITION,
	reasonIn,
	timestampIn,
	VLAN,
} from './connectionWords.js';
import type { Disorder } from './disorder.js';
import type { Engine } from './engine.js';
import type { RowTable } from './flowTable.js';
import type { ChunkOwner } from './reassembly.js';
import type { RowArchive } from './rowArchive.js';

/** The lists that a connection may be in. */
export const ConnectionState = { halfOpen: 0, open: 1, lingering: 2, gone: 3 } as const;

/**
 * A connection as the assembler keeps it, and as chunks show it: its numbers are in a row of a table, its rarities in an
 * object for each direction that has any. When it is forgotten, it takes a copy of its row, since much may still be asked for.
 */
export class TrackedConnection implements Connection, ChunkOwner, Aging {
	heapIndex = -1;
	forwardDisorder: Disorder<TrackedConnection> | undefined = undefined;
	backwardDisorder: Disorder<TrackedConnection> | undefined = undefined;
	private forwardFlow: Flow | undefined = undefined;
	private backwardFlow: Flow | undefined = undefined;

	constructor(
		readonly engine: Engine,
		private rows: RowTable,
		private rowNumber: number,
		readonly id: number,
	) {}

	/** Where its row is. */
	get table(): RowTable {
		return this.rows;
	}

	get row(): number {
		return this.rowNumber;
	}

	/** Where its words begin, behind the key. */
	get at(): number {
		return this.row * this.rows.width + this.rows.keyWords;
	}

	/** When it was last seen, in ms of the engine's time. */
	get lastSeenMs(): number {
		return this.rows.doubles[(this.at + LAST_SEEN_MS) >> 1] as number;
	}

	set lastSeenMs(ms: number) {
		this.rows.doubles[(this.at + LAST_SEEN_MS) >> 1] = ms;
	}

	get state(): number {
		return this.flags & ConnectionFlag.state;
	}

	set state(state: number) {
		this.flags = (this.flags & ~ConnectionFlag.state) | state;
	}

	/** Whether nothing more will come of either direction. */
	get isOver(): boolean {
		return this.isDone(FORWARD) && this.isDone(BACKWARD);
	}

	/** How many of its directions were seen. */
	get flows(): number {
		return (this.halfFlags(FORWARD) & HalfFlag.seen) + (this.halfFlags(BACKWARD) & HalfFlag.seen);
	}

	/** Whether all of these bits of {@link ConnectionFlag} are set. */
	has(flags: number): boolean {
		return (this.flags & flags) === flags;
	}

	/** Sets bits of {@link ConnectionFlag}. */
	mark(flags: number): void {
		this.flags |= flags;
	}

	/** Takes note of who the client is, by a SYN or a SYN-ACK, unless that is known better, or was said already. */
	decideClient(isBackward: boolean, evidence: number): void {
		const knownBetter = this.has(ConnectionFlag.synSeen) || (evidence === ConnectionFlag.synAckSeen && this.has(evidence));
		if (evidence === 0 || knownBetter || this.has(ConnectionFlag.rolesSettled)) return;
		this.setClient(isBackward);
		this.mark(evidence);
	}

	/** By what it is known who the client is. */
	get evidence(): number {
		return this.flags & (ConnectionFlag.synSeen | ConnectionFlag.synAckSeen);
	}

	get guessed(): boolean {
		return this.evidence === 0;
	}

	/** From here on, who is the client does not change any more. */
	settleRoles(): void {
		if (this.has(ConnectionFlag.rolesSettled)) return;
		if (this.evidence === 0) this.setClient(this.guessClientIsBackward());
		this.mark(ConnectionFlag.rolesSettled);
	}

	/** Whether the client sends the backward direction. From here on, that does not change any more. */
	get clientIsBackward(): boolean {
		this.settleRoles();
		return this.has(ConnectionFlag.clientIsBackward);
	}

	get client(): Endpoint {
		return this.flowOf(this.clientIsBackward).source;
	}

	get server(): Endpoint {
		return this.flowOf(this.clientIsBackward).destination;
	}

	directionOf(reversed: boolean): Direction {
		return reversed === this.clientIsBackward ? 'client' : 'server';
	}

	flowOf(reversed: boolean): Flow {
		this.forwardFlow ??= this.makeFlow(null);
		if (!reversed) return this.forwardFlow;
		this.backwardFlow ??= this.forwardFlow.reverse();
		return this.backwardFlow;
	}

	/** Its first packet came through a tunnel: that is kept with the flow, since the row has no room for it. */
	enter(tunnel: Tunnel): void {
		this.forwardFlow = this.makeFlow(tunnel);
	}

	statistics(direction: Direction): FlowStatistics {
		const reversed = (direction === 'client') === this.clientIsBackward;
		const { words, doubles } = this.rows;
		const half = this.at + (reversed ? BACKWARD : FORWARD);
		const disorder = this.disorderOf(reversed);
		const skipped = disorder?.skipped ?? 0;
		return {
			flow: this.flowOf(reversed),
			packets: (words[half + PACKETS] as number) >>> 0,
			bytes: (doubles[(half + POSITION) >> 1] as number) - skipped,
			skipped,
			dropped: disorder?.dropped ?? 0,
			retransmitted: disorder?.retransmitted ?? 0,
			outOfOrder: disorder?.outOfOrder ?? 0,
			overlapped: disorder?.overlapped ?? 0,
			firstSeen: timestampIn(this.rows, half, FIRST_SECONDS, FIRST_NANOSECONDS),
			lastSeen: timestampIn(this.rows, half, LAST_SECONDS, LAST_NANOSECONDS),
			closed: reasonIn(words[half + HALF_FLAGS] as number),
		};
	}

	/** What one direction has out of order, if it ever had anything. */
	disorderOf(reversed: boolean): Disorder<TrackedConnection> | undefined {
		return reversed ? this.backwardDisorder : this.forwardDisorder;
	}

	/** Turns to a copy of its row, which will be another's. */
	leave(archive: RowArchive): void {
		const { table, row } = archive.add(this.rowNumber);
		this.rows = table;
		this.rowNumber = row;
		this.state = ConnectionState.gone;
	}

	private get flags(): number {
		return this.rows.words[this.at + CONNECTION_FLAGS] as number;
	}

	private set flags(flags: number) {
		this.rows.words[this.at + CONNECTION_FLAGS] = flags;
	}

	private halfFlags(half: number): number {
		return this.rows.words[this.at + half + HALF_FLAGS] as number;
	}

	private isDone(half: number): boolean {
		const flags = this.halfFlags(half);
		if ((flags & HalfFlag.closed) !== 0) return true;
		return this.has(ConnectionFlag.closing) && (flags & (HalfFlag.seen | HalfFlag.told)) === 0;
	}

	private setClient(isBackward: boolean): void {
		this.flags = (this.flags & ~ConnectionFlag.clientIsBackward) | (isBackward ? ConnectionFlag.clientIsBackward : 0);
	}

	private guessClientIsBackward(): boolean {
		const ports = this.ports;
		const [low, high] = [ports >>> 16, ports & 0xffff];
		if (low !== high) return low < high;
		return (this.halfFlags(FORWARD) & HalfFlag.seen) === 0;
	}

	/** That of the lower end in the upper half. */
	private get ports(): number {
		return this.rows.words[this.at - 2] as number;
	}

	private makeFlow(tunnel: Tunnel | null): Flow {
		const { words, keyWords } = this.rows;
		const from = this.at - keyWords;
		const addresses = Array.from({ length: keyWords - 2 }, (_, i) => words[from + i] as number);
		const { ports } = this;
		return new Flow(addresses, ports >>> 16, ports & 0xffff, words[this.at + VLAN] as number, tunnel);
	}
}
