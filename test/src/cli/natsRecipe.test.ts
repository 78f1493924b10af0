import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { from, lastValueFrom } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { toPcap } from '../../../src/sinks/toPcap.js';
import { finished, main } from '../../support/cli.js';
import { hasOpenssl } from '../../support/natsKeys.js';
import { hasNatsServer } from '../../support/natsServer.js';
import { traffic } from '../../support/shippedTraffic.js';
import { temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const document = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/nats.md'), 'utf8');
const canRun = hasNatsServer && hasOpenssl;

async function freePort(): Promise<number> {
	const server = createServer().listen(0);
	await new Promise(resolve => server.once('listening', resolve));
	const { port } = server.address() as { port: number };
	await new Promise(resolve => server.close(resolve));
	return port;
}

describe.runIf(canRun)(`the recipe for NATS${canRun ? '' : ' (skipped: there is no nats-server, or no openssl)'}`, () => {
	it('should work as it is written', async () => {
		const recipe = /## Bare metal[\s\S]*?```sh\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
		await lastValueFrom(from(traffic(60, 9)).pipe(toPcap(folder.path('capture.pcap'))));
		const mine = recipe.replaceAll('4222', String(await freePort()));
		const script = `rx-reassembly() { "${process.execPath}" "${main}" "$@"; }\ntrap 'kill $(jobs -p)' EXIT\ncd "$1"\n${mine}`;
		const child = spawn('bash', ['-e', '-c', script, 'bash', folder.path('.')]);
		child.stdin.end();
		const { code, stdout, stderr } = await finished(child);
		expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/(results \d+[\s\S]*){2}/) });
		expect(stdout).toMatch(/packets shipped/);
		expect(stdout.match(/ done$/gm)).toHaveLength(4);
	});
});
