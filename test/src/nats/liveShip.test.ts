import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNatsServer } from '../../support/natsServer.js';
import { OwnNetwork, obstacleToOwnNetwork } from '../../support/ownNetwork.js';

const why = hasNatsServer ? obstacleToOwnNetwork() : 'there is no nats-server';
if (why !== undefined) console.warn(`shipping what is captured live was left out: ${why}`);

/** Ships what passes the loopback, also while the server is away, and works it; prints what each has said. */
const program = `
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const [lossMegabytes] = process.argv.slice(2).map(Number);
const store = mkdtempSync(join(tmpdir(), 'rx-reassembly-live-nats-'));
const cli = new URL('dist/bundle/cli/rx-reassembly.cjs', import.meta.url).pathname;
const flags = ['--nats', 'nats://127.0.0.1:4222', '--stream', 'tap'];
const once = (emitter, name) => new Promise(resolve => emitter.once(name, resolve));
async function startNats() {
	const child = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', '4222', '-sd', store]);
	await new Promise(resolve => child.stderr.on('data', text => String(text).includes('Server is ready') && resolve()));
	return child;
}
function run(...args) {
	const child = spawn(process.execPath, [cli, ...args]);
	const said = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', text => (said[name] += text));
	return { child, ends: once(child, 'close').then(code => ({ code, ...said })) };
}
const body = Buffer.alloc(1_000_000, 'x');
const web = createServer((request, response) => {
	let left = request.url.startsWith('/large') ? lossMegabytes : 0;
	const go = () => {
		while (left-- > 0) if (!response.write(body)) return void response.once('drain', go);
		response.end('!');
	};
	go();
}).listen(8080, '127.0.0.1');
await once(web, 'listening');
const ask = path => new Promise((resolve, reject) => get('http://127.0.0.1:8080' + path, { agent: false }, response => response.resume().on('end', resolve)).on('error', reject));
async function exchanges() {
	const { stdout } = await run('nats', 'status', ...flags, '--json').ends;
	return stdout === '' ? 0 : JSON.parse(stdout).shards.reduce((sum, { messages, lag }) => sum + (messages ?? lag), 0);
}
let nats = await startNats();
process.on('exit', () => nats.kill('SIGKILL'));
const sensor = run('ship', '-i', 'lo', '-f', 'tcp port 8080', ...flags, '--shards', '2', '--sensor', 'live', '--json');
// Until it captures.
for (let i = 0; (await exchanges()) === 0 && i < 40; i++) await ask('/warm');
for (let i = 0; i < 30; i++) await ask('/counted/' + i);
if (lossMegabytes > 0) {
	nats.kill('SIGKILL');
	await once(nats, 'exit');
	await ask('/large');
	nats = await startNats();
	// What waits has to be stored first.
	for (let i = 0; i < 40; i++) {
		await ask('/behind/' + i);
		await new Promise(resolve => setTimeout(resolve, 200));
	}
}
await new Promise(resolve => setTimeout(resolve, 1000));
sensor.child.kill('SIGINT');
const shipped = await sensor.ends;
const worked = await run('work', 'http', ...flags, '--to', 'exchanges', '--lease', '2000').ends;
const { connect } = await import('@nats-io/transport-node');
const { jetstreamManager } = await import('@nats-io/jetstream');
const connection = await connect({ servers: '127.0.0.1:4222' });
const manager = await jetstreamManager(connection);
const urls = [];
const { state } = await manager.streams.info('exchanges').catch(error => {
	console.error(error.message, JSON.stringify({ shipped, worked }));
	process.exit(1);
});
for (let seq = 1; seq <= state.last_seq; seq++) urls.push(JSON.parse((await manager.streams.getMessage('exchanges', { seq })).string()).request?.url);
await connection.close();
nats.kill('SIGKILL');
rmSync(store, { recursive: true, force: true });
console.log(JSON.stringify({ shipped, worked, urls }));
process.exit();
`;

describe.runIf(why === undefined)('ship -i', () => {
	let network: OwnNetwork;
	beforeAll(() => {
		network = new OwnNetwork({ 'live.js': program, 'package.json': '{ "type": "module", "version": "0.0.0" }' });
	});
	afterAll(() => network?.remove());

	function run(lossMegabytes: number) {
		const { stdout, stderr } = network.run('live.js', String(lossMegabytes));
		expect(stderr).toBe('');
		const { shipped, worked, urls } = JSON.parse(stdout);
		expect([shipped.code, worked.code]).toEqual([0, 0]);
		const counted = urls.filter((url: string | undefined) => url?.startsWith('/counted/')).sort();
		expect(counted).toEqual(Array.from({ length: 30 }, (_, i) => `/counted/${i}`).sort());
		return { told: JSON.parse(shipped.stdout) as Record<string, number>, urls: urls as string[] };
	}

	it('should ship what passes a device until Ctrl-C, and say what it dropped', () => {
		const { told } = run(0);
		expect(told).toMatchObject({ sensor: 'live', dropped: 0, withoutShard: 0 });
		expect(told.shipped).toBe(told.packets);
	}, 60_000);

	it('should keep 64 MiB while the server is away, drop and count the rest, and go on when it is back', () => {
		const { told, urls } = run(200);
		const { packets = 0, shipped = 0, dropped = 0 } = told;
		expect(dropped).toBeGreaterThan(0);
		expect(shipped + dropped).toBe(packets);
		expect(urls).toContain('/behind/39');
	}, 60_000);
});
