import { type Segment, TcpFlag } from '../wire/segment.js';
import { AgeHeap } from './ageHeap.js';
import type { Engine } from './engine.js';
import { keyWordsOf, writeConnectionKey, writeFlowKey } from './flowKey.js';
import { FlowTable } from './flowTable.js';
import type { HalfConnection } from './halfConnection.js';
import { TrackedConnection } from './trackedConnection.js';

/** Room for one family of addresses: the key of the segment at hand, and the connections by their keys. */
class Family {
	readonly key: Int32Array;
	readonly table: FlowTable<TrackedConnection>;

	constructor(version: number) {
		this.key = new Int32Array(keyWordsOf(version));
		this.table = new FlowTable(this.key.length);
	}
}

/**
 * All connections: found by their addresses, listed by when they were last seen, and bounded.
 *
 * Each is in one of three lists: half-open (nothing but SYNs has come), open, or lingering (ended, but remembered).
 */
export class ConnectionTable {
	/** Flows (directions) that are open. */
	flows = 0;
	private count = 0;
	private readonly ipv4 = new Family(4);
	private readonly ipv6 = new Family(6);
	private family = this.ipv4;
	private readonly lists = {
		'half-open': new AgeHeap<TrackedConnection>(connection => connection.lastSeenMs),
		open: new AgeHeap<TrackedConnection>(connection => connection.lastSeenMs),
		lingering: new AgeHeap<TrackedConnection>(connection => connection.lastSeenMs),
	};

	constructor(
		private readonly engine: Engine,
		/** Each direction is a connection of its own. */
		private readonly directed: boolean,
		/** Closes a connection to make room. */
		private readonly evict: (connection: TrackedConnection) => void,
	) {}

	/** Connections that were ever opened. */
	get opened(): number {
		return this.count;
	}

	/** Turns to the addresses of a segment; answers whether it goes from the higher end to the lower. */
	address(segment: Segment): boolean {
		this.family = segment.version === 4 ? this.ipv4 : this.ipv6;
		const { separateVlans } = this.engine.settings;
		if (!this.directed) return writeConnectionKey(segment, this.family.key, separateVlans);
		writeFlowKey(segment, this.family.key, separateVlans);
		return false;
	}

	/** The connection between the addresses at hand. */
	find(): TrackedConnection | undefined {
		return this.family.table.get(this.family.key);
	}

	/** Opens a connection between the addresses at hand, in place of any that was there. */
	open(segment: Segment): TrackedConnection {
		this.count++;
		const { key, table } = this.family;
		const connection = new TrackedConnection(this.engine, this.count, Array.from(key), segment.version, segment.vlan);
		if (this.directed) connection.backward.closed = true;
		table.set(key, connection);
		this.lists['half-open'].add(connection);
		return connection;
	}

	/** Takes note of a packet, and makes room for its flow if it is the first. */
	see(connection: TrackedConnection, half: HalfConnection, segment: Segment): void {
		connection.lastSeenMs = this.engine.now;
		if (connection.state === 'half-open' && !segment.has(TcpFlag.syn)) this.list(connection, 'open');
		const isFirst = half.packets === 0;
		half.see(segment);
		if (!isFirst) return;
		this.flows++;
		while (this.flows > this.engine.settings.maxFlows && this.makeRoom(connection));
	}

	/** The connection that was last seen the longest ago, if that was before `limit`. */
	idleBefore(limit: number): TrackedConnection | undefined {
		return this.lists['half-open'].olderThan(limit) ?? this.lists.open.olderThan(limit);
	}

	/** All that are open, in the order in which they were opened. */
	all(): TrackedConnection[] {
		return [...this.lists['half-open'].values(), ...this.lists.open.values()].sort((a, b) => a.id - b.id);
	}

	/** Takes a connection that has ended from the open ones; it may linger, so that late packets are known as such. */
	finish(connection: TrackedConnection, lingers: boolean): void {
		if (connection.state !== 'open' && connection.state !== 'half-open') return;
		this.flows -= connection.flows;
		const { maxLingering, lingerMs } = this.engine.settings;
		if (!lingers || maxLingering === 0) {
			this.forget(connection);
			return;
		}
		this.list(connection, 'lingering');
		const { lingering } = this.lists;
		while (lingering.size > maxLingering) this.forget(lingering.oldest() as TrackedConnection);
		const limit = this.engine.now - lingerMs;
		for (let old = lingering.olderThan(limit); old !== undefined; old = lingering.olderThan(limit)) this.forget(old);
	}

	/** Removes a connection that has ended. */
	forget(connection: TrackedConnection): void {
		this.list(connection, 'gone');
		(connection.version === 4 ? this.ipv4 : this.ipv6).table.delete(connection.key);
	}

	private list(connection: TrackedConnection, state: TrackedConnection['state']): void {
		if (connection.state !== 'gone') this.lists[connection.state].remove(connection);
		connection.state = state;
		if (state !== 'gone') this.lists[state].add(connection);
	}

	/** Closes the idlest connection but one; false if there is no other. */
	private makeRoom(except: TrackedConnection): boolean {
		const idlest = this.oldestBut(except, this.lists['half-open']) ?? this.oldestBut(except, this.lists.open);
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
