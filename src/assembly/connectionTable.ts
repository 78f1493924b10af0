import { type Segment, TcpFlag } from '../wire/segment.js';
import { AgeHeap } from './ageHeap.js';
import { CONNECTION_WORDS, HalfFlag, VLAN } from './connectionWords.js';
import type { Engine } from './engine.js';
import { Fifo } from './fifo.js';
import { keyWordsOf, writeConnectionKey, writeFlowKey } from './flowKey.js';
import { FlowTable } from './flowTable.js';
import { HalfConnection } from './halfConnection.js';
import { RowArchive } from './rowArchive.js';
import { ConnectionState, TrackedConnection } from './trackedConnection.js';

/** Room for one family of addresses: the key of the segment at hand, and the connections by their keys. */
class Family {
	readonly key: Int32Array;
	readonly table: FlowTable;
	readonly archive: RowArchive;
	/** By the rows of the table. */
	readonly connections: (TrackedConnection | undefined)[] = [];

	constructor(version: number) {
		this.key = new Int32Array(keyWordsOf(version));
		this.table = new FlowTable(this.key.length, CONNECTION_WORDS);
		this.archive = new RowArchive(this.table);
	}
}

const makeList = () => new AgeHeap<TrackedConnection>(connection => connection.lastSeenMs);

/**
 * All connections: found by their addresses, listed by when they were last seen, and bounded.
 *
 * Each is in one of three lists: half-open (only one side was heard, or nothing but SYNs has come), open, or lingering (ended, but remembered).
 */
export class ConnectionTable {
	/** Connections that were ever opened. */
	opened = 0;
	/** Flows (directions) that are open. */
	flows = 0;
	private readonly ipv4 = new Family(4);
	private readonly ipv6 = new Family(6);
	private family = this.ipv4;
	private readonly halfOpen = makeList();
	private readonly open_ = makeList();
	/** By {@link ConnectionState}. */
	private readonly lists = [this.halfOpen, this.open_];
	/** In the order in which they ended; some may be gone since. */
	private readonly lingering = new Fifo<TrackedConnection>();

	constructor(
		private readonly engine: Engine,
		/** Each direction is a connection of its own. */
		private readonly directed: boolean,
		/** Closes a connection to make room. */
		private readonly evict: (connection: TrackedConnection) => void,
	) {}

	/** Connections that have ended, but are remembered. */
	get lingerers(): number {
		return this.lingering.length;
	}

	/** The table of the addresses at hand. */
	get table(): FlowTable {
		return this.family.table;
	}

	/** Turns to the addresses of a segment; answers whether it goes from the higher end to the lower. */
	address(segment: Segment): boolean {
		const family = segment.version === 4 ? this.ipv4 : this.ipv6;
		this.family = family;
		const { settings } = this.engine;
		if (!this.directed) return writeConnectionKey(segment, family.key, settings);
		writeFlowKey(segment, family.key, settings);
		return false;
	}

	/** The row of the connection between the addresses at hand; -1 if there is none. */
	findRow(): number {
		return this.family.table.find(this.family.key);
	}

	/** The connection in a row. */
	at(row: number): TrackedConnection {
		return this.family.connections[row] as TrackedConnection;
	}

	/** Opens a connection between the addresses at hand, where there is none. */
	open(segment: Segment): TrackedConnection {
		this.opened++;
		const { key, table, connections } = this.family;
		const row = table.add(key);
		const connection = new TrackedConnection(this.engine, table, row, this.opened);
		connections[row] = connection;
		table.words[connection.at + VLAN] = segment.vlan;
		if (segment.tunnel !== null) connection.enter(segment.tunnel);
		connection.lastSeenMs = this.engine.now;
		if (this.directed) new HalfConnection(connection, true).mark(HalfFlag.closed);
		this.halfOpen.add(connection);
		return connection;
	}

	/** Takes note of a packet, and makes room for its flow if it is the first. */
	see(half: HalfConnection, segment: Segment): void {
		const { connection } = half;
		connection.lastSeenMs = this.engine.now;
		const isFirst = !half.isSeen;
		half.see(segment);
		const isHalfOpen = connection.state === ConnectionState.halfOpen;
		if (isHalfOpen && !segment.has(TcpFlag.syn) && connection.flows === 2) this.establish(connection);
		if (isFirst) this.countFlow(connection);
	}

	/** Lists a connection as open: both sides were heard, and more than SYNs. */
	establish(connection: TrackedConnection): void {
		this.list(connection, ConnectionState.open);
	}

	/** Counts a direction of a connection that was seen for the first time, and makes room for it. */
	countFlow(connection: TrackedConnection): void {
		this.flows++;
		while (this.flows > this.engine.settings.maxFlows && this.makeRoom(connection));
	}

	/** The connection that was last seen the longest ago, if that was before `limit`. */
	idleBefore(limit: number): TrackedConnection | undefined {
		return this.halfOpen.olderThan(limit) ?? this.open_.olderThan(limit);
	}

	/** All that are open, in the order in which they were opened. */
	all(): TrackedConnection[] {
		return [...this.halfOpen.values(), ...this.open_.values()].sort((a, b) => a.id - b.id);
	}

	/** Takes a connection that has ended from the open ones; it may linger, so that late packets are known as such. */
	finish(connection: TrackedConnection, lingers: boolean): void {
		if (connection.state > ConnectionState.open) return;
		this.flows -= connection.flows;
		const { maxLingering, lingerMs } = this.engine.settings;
		if (!lingers || maxLingering === 0) {
			this.forget(connection);
			return;
		}
		const { now } = this.engine;
		this.list(connection, ConnectionState.lingering);
		connection.lastSeenMs = now;
		this.lingering.push(connection);
		this.forgetOlderThan(now - lingerMs, maxLingering);
	}

	/** Forgets connections that have ended before `limit`, in ms, and more of them until there are no more than `most`. */
	private forgetOlderThan(limit: number, most: number): void {
		const { lingering } = this;
		for (let next = lingering.peek(); next !== undefined && (lingering.length > most || next.lastSeenMs < limit); next = lingering.peek()) {
			lingering.shift();
			if (next.state === ConnectionState.lingering) this.forget(next);
		}
	}

	/** Removes a connection that has ended. */
	forget(connection: TrackedConnection): void {
		this.lists[connection.state]?.remove(connection);
		const { row } = connection;
		const { table, archive, connections } = connection.table === this.ipv4.table ? this.ipv4 : this.ipv6;
		connection.leave(archive);
		connections[row] = undefined;
		table.delete(row);
	}

	private list(connection: TrackedConnection, state: number): void {
		this.lists[connection.state]?.remove(connection);
		connection.state = state;
		this.lists[state]?.add(connection);
	}

	/** Closes the idlest connection but one; false if there is no other. */
	private makeRoom(except: TrackedConnection): boolean {
		const idlest = this.oldestBut(except, this.halfOpen) ?? this.oldestBut(except, this.open_);
		if (idlest === undefined) return false;
		this.evict(idlest);
		return true;
	}

	private oldestBut(except: TrackedConnection, heap: AgeHeap<TrackedConnection>): TrackedConnection | undefined {
		const oldest = heap.oldest();
		if (oldest !== except) return oldest;
		heap.remove(except);
		const next = heap.oldest();
		heap.add(except);
		return next;
	}
}
