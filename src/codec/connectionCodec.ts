import type { Connection, FlowStatistics } from '../assembly/connection.js';
import { boolean, limit, wholeNumber } from '../codec.js';
import type { Endpoint, Flow } from '../flow.js';
import type { Tunnel } from '../tunnel.js';
import { SavedConnection } from './savedConnection.js';
import { type JsonCodec, mapped, object, optional, usually, versioned } from './shape.js';
import { tunnelsCodec } from './tunnelCodec.js';
import { closedCodec, endpointCodec, flowBetween, flowCodec, timestampCodec } from './values.js';

/** A connection as it is written: who, and which of those that may have the same ends. */
export interface ConnectionFields {
	readonly id: number;
	readonly client: Endpoint;
	readonly server: Endpoint;
	readonly vlan: number;
	/** The innermost tunnel that it is in. */
	readonly tunnels: Tunnel | null;
	readonly guessed: boolean;
}

export const connectionFields = object('a connection', {
	id: wholeNumber,
	client: endpointCodec,
	server: endpointCodec,
	vlan: usually(0, wholeNumber),
	tunnels: tunnelsCodec,
	guessed: usually(false, boolean),
});

/** What was seen of one direction. */
const statisticsFields = object('the statistics of a flow', {
	flow: flowCodec,
	packets: wholeNumber,
	bytes: wholeNumber,
	skipped: wholeNumber,
	dropped: wholeNumber,
	retransmitted: wholeNumber,
	outOfOrder: wholeNumber,
	overlapped: wholeNumber,
	firstSeen: optional(timestampCodec),
	lastSeen: optional(timestampCodec),
	closed: optional(closedCodec),
});

/**
 * {@link FlowStatistics} as JSON.
 *
 * @example
 * ```ts
 * connection.pipe(last(), map(({ connection, direction }) => connection.statistics(direction)), toNdjson(statisticsCodec)).subscribe(line => console.log(line));
 * ```
 */
export const statisticsCodec: JsonCodec<FlowStatistics> = versioned(statisticsFields);

/** Both directions of a connection, as they stood. */
export const bothStatistics = object('statistics', { client: statisticsFields, server: statisticsFields });

export function statisticsOf(connection: Connection): { readonly client: FlowStatistics; readonly server: FlowStatistics } {
	return { client: connection.statistics('client'), server: connection.statistics('server') };
}

/** What is written of a connection that one of its flows is known of. */
export function fieldsOf({ id, client, server, guessed }: Connection, flow: Flow): ConnectionFields {
	return { id, client, server, guessed, vlan: flow.vlan, tunnels: flow.tunnel };
}

/**
 * A {@link Connection} as JSON: its id, its ends, and the statistics of both directions, as they stand when it is written.
 *
 * @example
 * ```ts
 * chunks.pipe(filter(({ last }) => last), map(chunk => chunk.connection), toNdjson(connectionCodec)).subscribe(line => console.log(line));
 * ```
 */
export const connectionCodec: JsonCodec<Connection> = versioned(
	mapped(
		'a connection',
		object('a connection', {
			id: wholeNumber,
			client: endpointCodec,
			server: endpointCodec,
			guessed: usually(false, boolean),
			statistics: bothStatistics,
		}),
		{
			is: isConnection,
			read({ id, guessed, statistics }) {
				const connection = new SavedConnection(id, statistics.client.flow, guessed);
				connection.update(statistics);
				return connection;
			},
			write: connection => {
				const { id, client, server, guessed } = connection;
				return { id, client, server, guessed, statistics: statisticsOf(connection) };
			},
		},
	),
);

function isConnection(value: unknown): value is Connection {
	return typeof value === 'object' && value !== null && 'client' in value && 'statistics' in value;
}

/**
 * Finds the connection that a line speaks of: lines of one connection get one object, as chunks of `reassemble()` do, from
 * its first line to its last. At most so many are remembered; beyond, the one that came first is forgotten.
 */
export class ConnectionRegister {
	private readonly connections = new Map<string, SavedConnection>();

	constructor(private readonly max: number) {
		if (!limit.is(max)) throw new TypeError(`maxConnections must be ${limit.name}`);
	}

	/** Undefined: there cannot be a flow between such ends. */
	find(fields: ConnectionFields): SavedConnection | undefined {
		const key = keyOf(fields);
		const known = this.connections.get(key);
		if (known !== undefined) return known;
		const flow = flowBetween(fields.client, fields.server, fields.vlan, fields.tunnels);
		if (flow === undefined) return undefined;
		const connection = new SavedConnection(fields.id, flow, fields.guessed);
		this.add(key, connection);
		return connection;
	}

	forget(fields: ConnectionFields): void {
		this.connections.delete(keyOf(fields));
	}

	private add(key: string, connection: SavedConnection): void {
		for (const oldest of this.connections.keys()) {
			if (this.connections.size < this.max) break;
			this.connections.delete(oldest);
		}
		this.connections.set(key, connection);
	}
}

function keyOf({ id, client, server, vlan, tunnels }: ConnectionFields): string {
	return `${id} ${client} ${server} ${vlan} ${tunnels}`;
}
