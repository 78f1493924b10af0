import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Clients, loadClients } from './clients.js';
import { NatsError } from './natsError.js';

/** A connection to NATS, and whether it is up at the moment. */
export class Link {
	readonly clients: Clients;
	readonly js: JetStreamClient;
	private isDown = false;
	private readonly waiting = new Set<() => void>();
	private readonly reconnected = new Set<() => void>();

	private constructor(readonly connection: NatsConnection) {
		this.clients = loadClients();
		this.js = this.clients.jetstream.jetstream(connection);
		void this.watch();
	}

	private static readonly links = new WeakMap<NatsConnection, Link>();

	/** The one of a connection. */
	static of(connection: NatsConnection): Link {
		const link = Link.links.get(connection) ?? new Link(connection);
		Link.links.set(connection, link);
		return link;
	}

	/** When the server can be talked to. */
	async up(): Promise<void> {
		while (this.isDown && !this.connection.isClosed()) await new Promise<void>(resolve => this.waiting.add(resolve));
		if (this.connection.isClosed()) throw new NatsError('closed', 'the connection to NATS was closed');
	}

	/** Calls that whenever the server was gone and is there again; answers how to stop. */
	onReconnect(call: () => void): () => void {
		this.reconnected.add(call);
		return () => this.reconnected.delete(call);
	}

	private async watch(): Promise<void> {
		for await (const { type } of this.connection.status()) {
			if (type === 'disconnect') this.isDown = true;
			if (type !== 'reconnect') continue;
			this.isDown = false;
			this.wake();
			for (const call of this.reconnected) call();
		}
		this.wake();
	}

	private wake(): void {
		const all = [...this.waiting];
		this.waiting.clear();
		for (const wake of all) wake();
	}
}
