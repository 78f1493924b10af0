import type { NatsConnection } from '@nats-io/transport-node';
import { boolean, checkOptions, nonEmptyText } from '../codec.js';
import { loadClients } from './clients.js';
import { credentialsOf, tlsOptionsOf } from './credentials.js';
import { NatsError } from './natsError.js';
import { readServer, type ServerAddress } from './serverAddress.js';

/** What {@link connectNats} is told. */
export interface ConnectNatsOptions {
	/**
	 * `nats://host:4222`, or `tls://host:4222`; several with commas between them, all with TLS if one says so. A user and a password,
	 * or a token, may stand before the host of the first: `tls://user:password@host`.
	 */
	readonly url: string;
	/** A credentials file, as `nsc` makes it. */
	readonly creds?: string | undefined;
	/** A file with the seed of a user's nkey. */
	readonly nkey?: string | undefined;
	readonly token?: string | undefined;
	readonly user?: string | undefined;
	readonly password?: string | undefined;
	/** A file with the certificates of those who may vouch for the server; TLS then. */
	readonly tlsCa?: string | undefined;
	/** Files with our own certificate, and its key. */
	readonly tlsCert?: string | undefined;
	readonly tlsKey?: string | undefined;
	/** Whether it may talk to another machine without TLS. Default false. */
	readonly insecure?: boolean | undefined;
	/** What the server calls us. Default `'rx-reassembly'`. */
	readonly name?: string | undefined;
}

const RECONNECT_MS = 500;
/** A server that is killed while it answers would be waited for this long. */
const CONNECT_WITHIN_MS = 5000;
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Connects to NATS, for good: a server that goes is waited for. To another machine only with TLS, unless `insecure` says
 * that it may be in the clear; with TLS, nothing is sent to a server that has none, or whose certificate is not for a host that was
 * named. In the clear, other servers of a cluster are not gone on with unless they were named.
 *
 * Rejects with {@link NatsError} `nats-missing`, `in-the-clear`, `unreachable`, `not-authorized`.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```js
 * const connection = await connectNats({ url: 'tls://nats.example:4222', creds: 'sensor.creds' });
 * ```
 */
export function connectNats(options: ConnectNatsOptions): Promise<NatsConnection> {
	const checked = checkOptions<ConnectNatsOptions>('connectNats', checks, options);
	if (checked.url === undefined) throw new TypeError('connectNats: option url is needed');
	return connect(checked, checked.url.split(',').map(readServer));
}

const checks = {
	url: nonEmptyText,
	creds: nonEmptyText,
	nkey: nonEmptyText,
	token: nonEmptyText,
	user: nonEmptyText,
	password: nonEmptyText,
	tlsCa: nonEmptyText,
	tlsCert: nonEmptyText,
	tlsKey: nonEmptyText,
	insecure: boolean,
	name: nonEmptyText,
};

async function connect(options: ConnectNatsOptions, servers: readonly ServerAddress[]): Promise<NatsConnection> {
	const { tlsCa, tlsCert, tlsKey, insecure = false, name = 'rx-reassembly' } = options;
	const { transport } = loadClients();
	// The client knows TLS for all servers, or for none.
	const usesTls = [tlsCa, tlsCert, tlsKey].some(file => file !== undefined) || servers.some(server => server.isTls);
	const away = servers.find(({ host }) => !loopback.test(host));
	if (!usesTls && !insecure && away !== undefined) {
		const why = `${away.address} is another machine, and packets would go there in the clear`;
		throw new NatsError('in-the-clear', `${why}: use tls://, or say --insecure (the option insecure)`);
	}
	const addresses = servers.map(({ address }) => address);
	try {
		return await transport.connect({
			servers: addresses,
			name,
			maxReconnectAttempts: -1,
			reconnectTimeWait: RECONNECT_MS,
			timeout: CONNECT_WITHIN_MS,
			// A server in the clear must not name another machine to go on with.
			ignoreClusterUpdates: !usesTls && !insecure,
			...credentialsOf(options, servers[0] as ServerAddress, transport),
			...(usesTls && { tls: tlsOptionsOf(options, servers) }),
		});
	} catch (cause) {
		throw connectError(addresses.join(','), usesTls, cause as Error);
	}
}

function connectError(url: string, usesTls: boolean, cause: Error): NatsError {
	if (cause instanceof NatsError) return cause;
	const words = `${cause.name} ${cause.message}`;
	if (/does not support 'tls'|"tls"|'tls'/.test(words)) {
		return new NatsError('in-the-clear', `${url}: the server has no TLS, so nothing was sent there`, { cause });
	}
	const isRefused = /authoriz|authent|credentials/i.test(words);
	// With TLS 1.3, who refuses our certificate just hangs up.
	const why = isRefused
		? 'the server does not let us in'
		: usesTls
			? 'no NATS server answers that we trust, and that trusts us'
			: 'no NATS server answers';
	return new NatsError(isRefused ? 'not-authorized' : 'unreachable', `${url}: ${why} (${cause.message})`, { cause });
}
