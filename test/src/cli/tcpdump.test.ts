import { spawn, spawnSync } from 'node:child_process';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const command = join(resolve(import.meta.dirname, '../../..'), 'dist/bundle/cli/rx-reassembly.cjs');

/** Why tcpdump cannot capture here; undefined if it can. */
function obstacle(): string | undefined {
	const { status, error, stderr } = spawnSync('tcpdump', ['-i', 'lo', '-G', '1', '-W', '1', '-w', '/dev/null'], {
		timeout: 5000,
		encoding: 'utf8',
	});
	if (error !== undefined && (error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') return error.message;
	return status === null || status === 0 ? undefined : stderr.trim();
}

const why = obstacle();
if (why !== undefined) console.warn(`tcpdump into the command line was left out: ${why}`);

function fetchText(port: number, path: string): Promise<string> {
	return new Promise((done, failed) => {
		get({ host: '127.0.0.1', port, path, agent: false }, response => {
			let text = '';
			response.on('data', chunk => {
				text += chunk;
			});
			response.on('end', () => done(text));
		}).on('error', failed);
	});
}

describe.skipIf(why !== undefined)('tcpdump, piped into the command line', () => {
	let server: Server;
	beforeAll(async () => {
		server = createServer(({ url }, response) => response.end(`${url} world`));
		await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
	});
	afterAll(() => server.close());

	it.each(['lo', 'any'])('should give what there is at Ctrl-C, and what tcpdump says of drops: %s', async device => {
		const { port } = server.address() as AddressInfo;
		// LINUX_SLL, as libpcap 1.10 would else take version 2.
		const link = device === 'any' ? '-y LINUX_SLL' : '';
		const pipe = `tcpdump -i ${device} ${link} -U -w - 'tcp port ${port}' | '${process.execPath}' '${command}' http -`;
		const shell = spawn('sh', ['-c', `trap : INT; ${pipe}`], { detached: true });
		const [said, printed]: [string[], string[]] = [[], []];
		shell.stderr.on('data', data => said.push(String(data)));
		shell.stdout.on('data', data => printed.push(String(data)));
		const ended = new Promise<number | null>(done => shell.on('close', done));
		const until = async (condition: () => boolean) => {
			for (let i = 0; i < 500 && !condition(); i += 1) await sleep(10);
		};
		await until(() => said.join('').includes('listening on'));
		await fetchText(port, '/hello');
		await until(() => printed.join('').includes('/hello'));
		process.kill(-(shell.pid as number), 'SIGINT');
		expect(await ended).toBe(0);
		expect(printed.join('')).toMatch(/GET .*\/hello/);
		expect(said.join('')).toMatch(/\d+ packets dropped by kernel/);
	});
});
