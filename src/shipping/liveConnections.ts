import type { Connection } from '../assembly/connection.js';
import type { Segment } from '../wire/segment.js';
import type { ShippedPacket } from './shippedPacket.js';

/** How long the engine remembers a connection that has ended, in ms of packet time. */
const LINGER_MS = 60_000;

/** What is known of a connection as far as the stream of batches is concerned. */
export interface LiveConnection {
	/** Its ends, whoever is the client. */
	readonly key: string;
	/** `sequence.index` of the packet that it began with: the same in every replay. */
	readonly id: string;
	/** The lowest number of a message that brought a packet of it. */
	first: number;
	/** The greatest such number. */
	newest: number;
	/** For each sensor, by its place: run, batch and index of its last packet. */
	readonly last: number[];
	lastMs: number;
	/** When its last chunk came, in ms of packet time; undefined while it is open. */
	endedMs: number | undefined;
	/** Results that it has given. */
	results: number;
	/** Is called when it is forgotten. */
	forgotten: (() => void) | undefined;
}

/** Packets of those ends are left out until these, for each sensor, which are left out too. */
export type Exclusion = readonly [key: string, last: readonly number[]];

/**
 * Knows which messages the connections that are still open need, and which connections began before a message and were over
 * after it: in a replay from there what is left of them must not be taken for connections.
 */
export class LiveConnections {
	private readonly open = new Map<Connection, LiveConnection>();
	/** The last connection between some ends, while it is remembered. */
	private readonly byKey = new Map<string, LiveConnection>();
	/** In the order in which they ended. */
	private ended: { readonly connection: Connection; readonly live: LiveConnection }[] = [];
	private dead: LiveConnection[] = [];

	constructor(
		/** Open connections of which nothing is seen for longer than this are forgotten, in ms of packet time. */
		private readonly idleMs: number,
	) {}

	get count(): number {
		return this.open.size;
	}

	/** The connection of a chunk, which the packet at hand has opened if it is not known yet. */
	of(connection: Connection, { sequence, index }: ShippedPacket, segment: Segment): LiveConnection {
		const known = this.open.get(connection);
		if (known !== undefined) return known;
		const live: LiveConnection = {
			key: keyOf(segment),
			id: `${sequence}.${index}`,
			first: sequence,
			newest: sequence,
			last: [],
			lastMs: segment.timestamp.ms,
			endedMs: undefined,
			results: 0,
			forgotten: undefined,
		};
		this.open.set(connection, live);
		this.byKey.set(live.key, live);
		return live;
	}

	/** Takes note of a packet; `connection` is undefined if it is a late one of a connection that had ended. */
	note(connection: Connection | undefined, segment: Segment, packet: ShippedPacket, sensor: number): void {
		const live = connection === undefined ? this.byKey.get(keyOf(segment)) : this.of(connection, packet, segment);
		if (live === undefined) return;
		const { sequence, run, batch, index } = packet;
		if (sequence < live.first) live.first = sequence;
		if (sequence > live.newest) live.newest = sequence;
		live.last[3 * sensor] = run;
		live.last[3 * sensor + 1] = batch;
		live.last[3 * sensor + 2] = index;
		live.lastMs = segment.timestamp.ms;
	}

	/** The last chunk of a connection has come. */
	end(connection: Connection, nowMs: number): void {
		const live = this.open.get(connection);
		if (live === undefined || live.endedMs !== undefined) return;
		live.endedMs = nowMs;
		this.ended.push({ connection, live });
	}

	/** Forgets those that the engine has forgotten too. */
	forget(nowMs: number): void {
		let count = 0;
		for (const { live } of this.ended) {
			if ((live.endedMs as number) >= nowMs - LINGER_MS) break;
			count += 1;
		}
		if (count === 0) return;
		for (const { connection, live } of this.ended.splice(0, count)) this.remove(connection, live);
	}

	/** Forgets all, when nothing more comes; also those of which there was no last chunk to tell. */
	forgetAll(): void {
		for (const [connection, live] of this.open) this.remove(connection, live);
	}

	/** Forgets those that are idle for so long that the engine has closed them without a word. */
	forgetIdle(nowMs: number): void {
		const oldestMs = nowMs - this.idleMs - LINGER_MS;
		for (const [connection, live] of this.open) {
			if (live.endedMs === undefined && live.lastMs < oldestMs) this.remove(connection, live);
		}
	}

	/** The lowest number of a message that an open connection needs; those below `least` are given up. */
	oldest(least: number): number {
		let oldest = Number.POSITIVE_INFINITY;
		for (const { first } of this.open.values()) if (first >= least && first < oldest) oldest = first;
		return oldest;
	}

	/** What must be left out of a replay from that message on. Those that are not needed for it any more are dropped. */
	excluded(from: number): Exclusion[] {
		this.dead = this.dead.filter(({ newest }) => newest >= from);
		const all = [...this.dead, ...this.open.values()].filter(({ first, newest }) => first < from && newest >= from);
		return all.map(({ key, last }) => [key, Array.from(last, place => place ?? -1)]);
	}

	private remove(connection: Connection, live: LiveConnection): void {
		this.open.delete(connection);
		if (this.byKey.get(live.key) === live) this.byKey.delete(live.key);
		this.dead.push(live);
		live.forgotten?.();
	}
}

/** Whether a packet of a sensor is not behind the last one of an exclusion. */
export function isWithin(last: readonly number[] | undefined, { run, batch, index }: ShippedPacket, sensor: number): boolean {
	const [lastRun = -1, lastBatch = -1, lastIndex = -1] = last?.slice(3 * sensor, 3 * sensor + 3) ?? [];
	return (run - lastRun || batch - lastBatch || index - lastIndex) <= 0;
}

/** The ends of a segment, in an order that does not depend upon who sent it, and its VLAN. */
export function keyOf(segment: Segment): string {
	const { version, sourcePort, destinationPort, vlan } = segment;
	const half = version === 4 ? 1 : 4;
	const [source, destination] = [0, half].map((from, side) => {
		const words = Array.from({ length: half }, (_, i) => (segment.addressWord(from + i) >>> 0).toString(36));
		return `${words.join('.')}:${side === 0 ? sourcePort : destinationPort}`;
	}) as [string, string];
	return source < destination ? `${source} ${destination} ${vlan}` : `${destination} ${source} ${vlan}`;
}
