/** A server as a URL names it, and what it says to be let in with. */
export interface ServerAddress {
	/** Host and port, as the client wants it. */
	readonly address: string;
	/** As it was written: `[::1]` has its brackets. */
	readonly host: string;
	readonly isTls: boolean;
	readonly user?: string;
	readonly password?: string;
	readonly token?: string;
}

const parts = /^(?:(\w+):\/\/)?(?:([^@/]*)@)?(\[[^\]/@]*\]|[^:/@[\]]+)(?::(\d{1,5}))?\/?$/;

/**
 * Reads `nats://host:4222`, `tls://user:password@host`, `token@host`, `host`.
 *
 * @throws TypeError if it is none of these; the message does not repeat what stands before the host.
 */
export function readServer(url: string): ServerAddress {
	const [, scheme = 'nats', login, host, port] = parts.exec(url.trim()) ?? [];
	if (host === undefined || !['nats', 'tls'].includes(scheme.toLowerCase())) {
		throw new TypeError(`connectNats: option url must be like nats://host:4222 or tls://host:4222, but is ${url.replace(/^.*@/, '…@')}`);
	}
	return { address: port === undefined ? host : `${host}:${port}`, host, isTls: scheme.toLowerCase() === 'tls', ...loginOf(login) };
}

function loginOf(login: string | undefined): Pick<ServerAddress, 'user' | 'password' | 'token'> {
	if (login === undefined || login === '') return {};
	const colon = login.indexOf(':');
	if (colon < 0) return { token: decoded(login) };
	return { user: decoded(login.slice(0, colon)), password: decoded(login.slice(colon + 1)) };
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
