import { createRequire } from 'node:module';
import { NatsError } from './natsError.js';

/** The three clients of NATS, which are optional. */
export interface Clients {
	readonly transport: typeof import('@nats-io/transport-node');
	readonly jetstream: typeof import('@nats-io/jetstream');
	readonly kv: typeof import('@nats-io/kv');
}

const names = { transport: '@nats-io/transport-node', jetstream: '@nats-io/jetstream', kv: '@nats-io/kv' };
const requireHere = createRequire(import.meta.url);

/**
 * Loads the clients, only when they are asked for.
 *
 * @throws NatsError `nats-missing`.
 */
export function loadClients(load: (name: string) => unknown = requireHere): Clients {
	try {
		return { transport: load(names.transport), jetstream: load(names.jetstream), kv: load(names.kv) } as Clients;
	} catch (cause) {
		const why = `this needs the clients of NATS, which could not be loaded (${String((cause as Error)?.message).split('\n')[0]})`;
		throw new NatsError('nats-missing', `${why}: \`npm install ${Object.values(names).join(' ')}\``, { cause });
	}
}
