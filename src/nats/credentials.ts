import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Clients } from './clients.js';
import type { ConnectNatsOptions } from './connectNats.js';
import { NatsError } from './natsError.js';
import type { ServerAddress } from './serverAddress.js';

/** What we are let in with: what the options say, and else the URL. */
export function credentialsOf(
	options: ConnectNatsOptions,
	server: ServerAddress,
	{ credsAuthenticator, nkeyAuthenticator }: Clients['transport'],
): object {
	const { creds, nkey, token = server.token, user = server.user, password: pass = server.password } = options;
	return {
		...(creds !== undefined && { authenticator: credsAuthenticator(readText('creds', creds)) }),
		...(nkey !== undefined && { authenticator: nkeyAuthenticator(seedOf(readText('nkey', nkey))) }),
		...(token !== undefined && { token }),
		...(user !== undefined && { user, ...(pass !== undefined && { pass }) }),
	};
}

/** The client asks a server that is named by its address for a certificate of `localhost`; here it must be of one that was named. */
export function tlsOptionsOf({ tlsCa, tlsCert, tlsKey }: ConnectNatsOptions, servers: readonly ServerAddress[]): object {
	return {
		...(tlsCa !== undefined && { ca: readText('tlsCa', tlsCa) }),
		...(tlsCert !== undefined && { cert: readText('tlsCert', tlsCert) }),
		...(tlsKey !== undefined && { key: readText('tlsKey', tlsKey) }),
		checkServerIdentity(_: string, certificate: PeerCertificate): Error | undefined {
			const problems = servers.map(({ host }) => checkServerIdentity(host.replace(/^\[(.*)\]$/, '$1'), certificate));
			return problems.includes(undefined) ? undefined : problems[0];
		},
	};
}

function readText(option: string, path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (cause) {
		throw new NatsError('not-authorized', `the file of ${option} cannot be read: ${(cause as Error).message}`, { cause });
	}
}

/** The seed in a file of an nkey; what stands around it is none. */
function seedOf(file: Uint8Array): Uint8Array {
	const seed = /\bSU[A-Z2-7]{56}\b/.exec(new TextDecoder().decode(file))?.[0];
	if (seed === undefined) throw new NatsError('not-authorized', 'the file of nkey has no seed of a user (SU…) in it');
	return new TextEncoder().encode(seed);
}
