import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const base64url = (value: Uint8Array | string) => Buffer.from(value).toString('base64url');

/** A token that says so of a key, signed by another. */
function jwtOf(name: string, subject: KeyPair, issuer: KeyPair, claims: object): string {
	const body = {
		jti: name,
		iat: 1_700_000_000,
		iss: issuer.getPublicKey(),
		name,
		sub: subject.getPublicKey(),
		nats: { version: 2, ...claims },
	};
	const signed = [{ typ: 'JWT', alg: 'ed25519-nkey' }, body].map(part => base64url(JSON.stringify(part))).join('.');
	return `${signed}.${base64url(issuer.sign(new TextEncoder().encode(signed)))}`;
}

const unlimited = { subs: -1, data: -1, payload: -1 };
const inAccount = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const inStore = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** What a server with an operator is told, and the credentials of a user whom it lets in. */
export function operatorAndUser(): { config: string; creds: string } {
	const [operator, system, account, user] = [createOperator(), createAccount(), createAccount(), createUser()];
	const accounts = [
		[system, jwtOf('system', system, operator, { type: 'account', limits: inAccount })],
		[account, jwtOf('tap', account, operator, { type: 'account', limits: { ...inAccount, ...inStore } })],
	] as const;
	const preload = accounts.map(([key, jwt]) => `${key.getPublicKey()}: ${jwt}`).join('\n');
	const operatorJwt = jwtOf('operator', operator, operator, { type: 'operator', system_account: system.getPublicKey() });
	const jwt = jwtOf('sensor', user, account, { type: 'user', ...unlimited });
	return {
		config: `operator: ${operatorJwt}\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\nresolver_preload { ${preload} }`,
		creds: `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${text(user.getSeed())}\n------END USER NKEY SEED------\n`,
	};
}

/** A key of a user: what the server is told of it, and what the user keeps. */
export function userKey(): { publicKey: string; seed: string } {
	const user = createUser();
	return { publicKey: user.getPublicKey(), seed: text(user.getSeed()) };
}

/** Whether certificates can be made here. */
export const hasOpenssl = (() => {
	try {
		execFileSync('openssl', ['version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
})();

/** Makes certificates in a folder: of an authority of its own, and those that it vouches for. */
export class Authority {
	readonly certificate: string;

	constructor(private readonly folder: string) {
		this.certificate = join(folder, 'ca.pem');
		const subject = ['-subj', '/CN=an authority', '-addext', 'basicConstraints=critical,CA:TRUE'];
		this.openssl('req', '-x509', '-newkey', 'ec', ...curve, '-nodes', '-days', '2', ...subject, '-keyout', 'ca.key', '-out', 'ca.pem');
	}

	/** A certificate for these names, as in `DNS:localhost`; answers its files. */
	vouchFor(name: string, names: string): { cert: string; key: string } {
		const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}.pem`];
		const wanted = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
		this.openssl('req', '-newkey', 'ec', ...curve, '-nodes', ...wanted, '-keyout', key, '-out', request);
		const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy', '-days', '2'];
		this.openssl('x509', '-req', '-in', request, ...by, '-out', cert);
		return { cert: join(this.folder, cert), key: join(this.folder, key) };
	}

	private openssl(...args: readonly string[]): void {
		execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
	}
}

const curve = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];
