import { readFileSync } from 'node:fs';
import type { NatsConnection } from '@nats-io/transport-node';
import { boolean, checkOptions, nonEmptyText } from '../codec.js';
import { loadClients } from './clients.js';
import { NatsError } from './natsError.js';

/** What {@link connectNats} is told. */
export interface ConnectNatsOptions {
	/** `nats://host:4222`, or `tls://host:4222`; several with commas between them. */
	readonly url: string;
	/** A credentials file, as `nsc` makes it. */
	readonly creds?: string | undefined;
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
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Connects to NATS, for good: a server that goes is waited for. To another machine only with TLS, unless `insecure` says
 * that it may be in the clear.
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
	return connect(checked);
}

const checks = {
	url: nonEmptyText,
	creds: nonEmptyText,
	token: nonEmptyText,
	user: nonEmptyText,
	password: nonEmptyText,
	tlsCa: nonEmptyText,
	tlsCert: nonEmptyText,
	tlsKey: nonEmptyText,
	insecure: boolean,
	name: nonEmptyText,
};

async function connect(options: ConnectNatsOptions): Promise<NatsConnection> {
	const { url, creds, token, user, password: pass, tlsCa, tlsCert, tlsKey, insecure = false, name = 'rx-reassembly' } = options;
	const { transport } = loadClients();
	const servers = url.split(',');
	const usesTls = tlsCa !== undefined || tlsCert !== undefined || servers.every(server => server.startsWith('tls://'));
	const away = servers.find(server => !loopback.test(hostOf(server)));
	if (!usesTls && !insecure && away !== undefined) {
		const why = `${away} is another machine, and packets would go there in the clear`;
		throw new NatsError('in-the-clear', `${why}: use tls://, or say --insecure (the option insecure)`);
	}
	try {
		return await transport.connect({
			servers: servers.map(server => server.replace(/^(nats|tls):\/\//, '')),
			name,
			maxReconnectAttempts: -1,
			reconnectTimeWait: RECONNECT_MS,
			...(creds !== undefined && { authenticator: transport.credsAuthenticator(readFileSync(creds)) }),
			...(token !== undefined && { token }),
			...(user !== undefined && { user }),
			...(pass !== undefined && { pass }),
			...(usesTls && {
				tls: { ...(tlsCa && { caFile: tlsCa }), ...(tlsCert && { certFile: tlsCert }), ...(tlsKey && { keyFile: tlsKey }) },
			}),
		});
	} catch (cause) {
		throw connectError(url, cause as Error);
	}
}

function hostOf(server: string): string {
	return server
		.replace(/^\w+:\/\//, '')
		.replace(/^.*@/, '')
		.replace(/:\d+$/, '');
}

function connectError(url: string, cause: Error): NatsError {
	const isRefused = /authoriz|authent/i.test(`${cause.name} ${cause.message}`);
	const words = isRefused ? 'the server does not let us in' : 'no NATS server answers';
	return new NatsError(isRefused ? 'not-authorized' : 'unreachable', `${url}: ${words} (${cause.message})`, { cause });
}
