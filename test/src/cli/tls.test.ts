import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, linesOf, runCli } from '../../support/cli.js';
import * as h from '../protocols/tls/hello.js';
import { captureOf, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const hex = (bytes: readonly number[]) => `hex:${Buffer.from(bytes).toString('hex')}`;

/** A connection in which that is said. */
function talk(client: readonly number[], server: readonly number[]): string[] {
	const [c, s] = [1 + client.length, 1 + server.length];
	return ['C> S 0:0(0)', 'S> S. 0:0(0)', `C> P. 1:${c}(${client.length}) ${hex(client)}`, `S> P. 1:${s}(${server.length}) ${hex(server)}`];
}

const lines = talk(h.record(22, h.clientHello(h.chrome)), [
	...h.record(22, h.serverHello(0xc02f, h.alpnOf('h2'))),
	...h.record(21, [2, 80]),
	...h.encrypted(100),
]);

describe.concurrent('tls', () => {
	it('should print a session for people', async () => {
		const { code, stdout, stderr } = await runCli(['tls', '-'], captureOf(lines));
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(linesOf(stdout)).toHaveLength(1);
		expect(stdout).toMatch(
			/Z 10\.0\.0\.1:1024 → 10\.0\.0\.2:80 TLS 1\.2 0xc02f example\.test alpn h2 ja3 [0-9a-f]{32} ja4 t13d1516h2_8daaf6152771_e5627efa2ab1 alert internal_error\n/,
		);
	});

	it('should print a session as JSON', async () => {
		const path = folder.write('tls.pcap', captureOf(lines));
		const { stdout } = await runCli(['tls', path, '--json']);
		expect(jsonLines(stdout)).toMatchObject([
			{
				...{ client: '10.0.0.1:1024', server: '10.0.0.2:80', sni: 'example.test', version: 'TLS 1.2', cipher: '0xc02f', alpn: 'h2' },
				...{ offeredAlpn: ['h2', 'http/1.1'], alerts: [{ from: 'server', name: 'internal_error', code: 80, isFatal: true }] },
				...{ records: { client: 1, server: 3 }, encryptedBytes: { client: 0, server: 100 }, isDamaged: false },
			},
		]);
	});

	it('should not print what a terminal would obey', async () => {
		const hello = h.record(22, h.clientHello({ extensions: h.sniOf('a\x1b[2J\n') }));
		const { stdout } = await runCli(['tls', '-'], captureOf(talk(hello, h.ccs)));
		expect(stdout).toContain('(no ServerHello) a\\x1b[2J\\x0a ja3');
	});

	it('should print nothing for what is not TLS', async () => {
		const { code, stdout, stderr } = await runCli(['tls', '-'], captureOf(['C> S 1:1(0)', 'C> P. 2:6(4) "SSH-"']));
		expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
	});
});
