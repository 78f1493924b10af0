import { createServer, type Server, type Socket } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type ConnectNatsOptions, connectNats } from '../../../src/nats/connectNats.js';
import type { NatsError } from '../../../src/nats/natsError.js';
import { Authority, hasOpenssl, operatorAndUser, userKey } from '../../support/natsKeys.js';
import { hasNatsServer, NatsServer, natsName } from '../../support/natsServer.js';
import { temporaryFolder } from '../cli/captures.js';

const folder = temporaryFolder();
const servers: NatsServer[] = [];

async function serverWith(config: string): Promise<NatsServer> {
	const server = await NatsServer.start('-c', folder.write(`server${servers.length}.conf`, config));
	servers.push(server);
	return server;
}

/** `'in'` if the server answers, or why not. */
async function knock(options: ConnectNatsOptions): Promise<string> {
	let connection: NatsConnection | undefined;
	try {
		connection = await connectNats(options);
		await connection.flush();
		return 'in';
	} catch (error) {
		return (error as NatsError).code;
	} finally {
		await connection?.close();
	}
}

const remove = async () => {
	await Promise.all(servers.splice(0).map(server => server.remove()));
};

afterAll(() => folder.remove());

describe.runIf(hasNatsServer)('who is let in by NATS', () => {
	afterAll(remove);

	it('should be a user with a password', async () => {
		const server = await serverWith('authorization { user: sensor, password: "a:b/c@d" }');
		const { url } = server;
		expect(await knock({ url, user: 'sensor', password: 'a:b/c@d' })).toBe('in');
		expect(await knock({ url: `nats://sensor:a%3Ab%2Fc%40d@127.0.0.1:${server.port}` })).toBe('in');
		expect(await knock({ url, user: 'sensor', password: 'another' })).toBe('not-authorized');
		expect(await knock({ url, user: 'sensor' })).toBe('not-authorized');
		expect(await knock({ url })).toBe('not-authorized');
	});

	it('should be who has the token', async () => {
		const server = await serverWith('authorization { token: "s3cret" }');
		expect(await knock({ url: server.url, token: 's3cret' })).toBe('in');
		expect(await knock({ url: `nats://s3cret@127.0.0.1:${server.port}` })).toBe('in');
		expect(await knock({ url: server.url, token: 'another' })).toBe('not-authorized');
	});

	it('should be who has the seed of an nkey', async () => {
		const [known, unknown] = [userKey(), userKey()];
		const { url } = await serverWith(`authorization { users: [{ nkey: ${known.publicKey} }] }`);
		expect(await knock({ url, nkey: folder.write('known.nk', `${known.seed}\n`) })).toBe('in');
		expect(await knock({ url, nkey: folder.write('unknown.nk', unknown.seed) })).toBe('not-authorized');
		expect(await knock({ url, nkey: folder.write('none.nk', 'nothing') })).toBe('not-authorized');
	});

	it('should be who has credentials of the operator', async () => {
		const [ours, theirs] = [operatorAndUser(), operatorAndUser()];
		const { url } = await serverWith(ours.config);
		expect(await knock({ url, creds: folder.write('ours.creds', ours.creds) })).toBe('in');
		expect(await knock({ url, creds: folder.write('theirs.creds', theirs.creds) })).toBe('not-authorized');
		expect(await knock({ url, creds: folder.path('nowhere.creds') })).toBe('not-authorized');
	});
});

const tlsName = hasOpenssl ? 'NATS over TLS' : 'NATS over TLS (skipped: there is no openssl)';
describe.runIf(hasNatsServer && hasOpenssl)(tlsName, () => {
	afterAll(remove);

	const tlsOf = ({ cert, key }: { cert: string; key: string }, more = '') => `tls { cert_file: "${cert}", key_file: "${key}", ${more} }`;

	it('should trust who vouches for the server, and only for the host that was named', async () => {
		const authority = new Authority(folder.path('.'));
		const tlsCa = authority.certificate;
		const both = await serverWith(tlsOf(authority.vouchFor('both', 'DNS:localhost,IP:127.0.0.1')));
		for (const host of ['localhost', '127.0.0.1']) {
			expect(await knock({ url: `tls://${host}:${both.port}`, tlsCa })).toBe('in');
			expect(await knock({ url: `tls://${host}:${both.port}` })).toBe('unreachable');
		}
		const named = await serverWith(tlsOf(authority.vouchFor('named', 'DNS:localhost')));
		expect(await knock({ url: `tls://localhost:${named.port}`, tlsCa })).toBe('in');
		expect(await knock({ url: `tls://127.0.0.1:${named.port}`, tlsCa })).toBe('unreachable');
		const other = await serverWith(tlsOf(authority.vouchFor('other', 'DNS:nats.example')));
		expect(await knock({ url: `tls://localhost:${other.port}`, tlsCa })).toBe('unreachable');
	});

	it('should show our certificate to a server that wants one', async () => {
		const authority = new Authority(folder.path('.'));
		const tlsCa = authority.certificate;
		const ours = authority.vouchFor('ours', 'DNS:sensor');
		const config = tlsOf(authority.vouchFor('server', 'DNS:localhost'), `ca_file: "${tlsCa}", verify: true`);
		const url = `tls://localhost:${(await serverWith(config)).port}`;
		expect(await knock({ url, tlsCa, tlsCert: ours.cert, tlsKey: ours.key })).toBe('in');
		expect(await knock({ url, tlsCa })).toBe('unreachable');
		expect(await knock({ url, tlsCa, tlsCert: folder.path('nowhere.pem'), tlsKey: ours.key })).toBe('not-authorized');
	});
});

describe('what goes to NATS in the clear', () => {
	const fakes: Server[] = [];
	const connections: NatsConnection[] = [];
	afterEach(async () => {
		await Promise.all(connections.splice(0).map(each => each.close()));
		for (const fake of fakes.splice(0)) fake.close();
	});

	/** Something that says it is a server of NATS; it hears what it is sent. */
	async function fakeServer(info: object, onLine: (line: string, socket: Socket) => void, onOpen: () => void = () => undefined) {
		const fake = createServer(socket => {
			onOpen();
			socket.on('error', () => undefined);
			socket.setEncoding('utf8').on('data', (text: unknown) => onLine(String(text), socket));
			socket.write(`INFO ${JSON.stringify({ server_id: 'x', version: '2.9.10', proto: 1, max_payload: 1e6, headers: true, ...info })}\r\n`);
		}).listen(0, '127.0.0.1');
		fakes.push(fake);
		await new Promise(resolve => fake.once('listening', resolve));
		return (fake.address() as { port: number }).port;
	}

	it.each([
		['tls://localhost', {}],
		['nats://localhost', { tlsCa: import.meta.filename }],
		['tls://localhost', { insecure: true }],
	])('should be nothing where TLS was asked for, and the server has none: %s %o', async (url, more) => {
		let heard = '';
		const port = await fakeServer({}, text => {
			heard += text;
		});
		const secret = { user: 'sensor', password: 's3cret' };
		expect(await knock({ url: `${url}:${port}`, ...secret, ...more })).toBe('in-the-clear');
		expect(await knock({ url: `nats://localhost:${port},${url}:${port}`, ...secret, ...more })).toBe('in-the-clear');
		expect(heard).toBe('');
	});

	it('should not go to a server that another one named', async () => {
		let others = 0;
		const other = await fakeServer(
			{},
			() => undefined,
			() => {
				others += 1;
			},
		);
		let opened = 0;
		let enough: () => void = () => undefined;
		const thrice = new Promise<void>(resolve => {
			enough = resolve;
		});
		const info = { connect_urls: [`127.0.0.1:${other}`] };
		const port = await fakeServer(info, (text, socket) => {
			if (!text.includes('PING')) return;
			opened += 1;
			if (opened === 3) enough();
			socket.write('PONG\r\n', () => opened < 3 && setImmediate(() => socket.end()));
		});
		connections.push(await connectNats({ url: `nats://127.0.0.1:${port}` }));
		await thrice;
		expect(others).toBe(0);
	});

	it('should not be a password in an error', async () => {
		const urls = ['nats://sensor:s3cret@127.0.0.1:1', 'nats://s3cret@192.0.2.1', 'nats://127.0.0.1:1,nats://a:s3cret@127.0.0.1:2'];
		for (const url of urls) expect(String(await connectNats({ url }).catch(error => error))).not.toContain('s3cret');
		expect(() => connectNats({ url: 'http://sensor:s3cret@127.0.0.1' })).toThrow(/must be like nats:.*but is …@127\.0\.0\.1/);
		expect(() => connectNats({ url: 'nats://' })).toThrow(TypeError);
	});
});

describe(natsName('the security of NATS'), () => {
	it('should want files that can be read', async () => {
		const error = await connectNats({ url: 'nats://127.0.0.1:1', creds: folder.path('nowhere') }).catch(each => each);
		expect(String(error)).toMatch(/the file of creds cannot be read/);
	});
});
