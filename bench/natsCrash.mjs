// Two workers of `http` and two of `flows` while one after the other is killed, stopped, and the server too; then compares
// what is stored with what one process prints. `npm run nats:crash -- [MB] [seconds] [worker kills] [server kills] [seed] [freezes]`
import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Packet, Timestamp } from 'rx-reassembly';
import { fromFile, toPcap } from 'rx-reassembly/node';
import { from, lastValueFrom, toArray } from 'rxjs';

const [megabytes = 20, seconds = 90, workerKills = 20, serverKills = 5, seed = 1, freezes = 2] = process.argv.slice(2).map(Number);
const root = dirname(import.meta.dirname);
const cli = join(root, 'dist/bundle/cli/rx-reassembly.cjs');
const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-crash-'));
const capture = join(folder, 'capture.pcap');
const kinds = ['http', 'flows'];
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
let state = seed;
function random() {
	state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
	return state / 2 ** 32;
}

/** The example's packets again and again, each time from other ports and a little later. */
async function makeCapture() {
	const packets = await lastValueFrom(fromFile(join(root, 'examples/captures/http.pcap')).pipe(toArray()));
	const bytes = packets.reduce((sum, { start, end }) => sum + end - start, 0);
	const copies = Math.ceil((megabytes * 1e6) / bytes);
	const first = packets[0].timestamp.ms;
	const all = [];
	for (let copy = 0; copy < copies; copy++) {
		const stretch = 1 + 200 * random();
		for (const packet of packets) {
			if (random() < 0.002) continue;
			const frame = packet.bytes.slice();
			const ports = 14 + 4 * (frame[14] & 15);
			const client = frame[ports] * 256 + frame[ports + 1] > frame[ports + 2] * 256 + frame[ports + 3] ? 0 : 2;
			// The address too: there are more copies than ports.
			frame[client === 0 ? 28 : 32] = 1 + (copy % 200);
			frame[client === 0 ? 29 : 33] = 1 + Math.floor(copy / 200);
			all.push({ frame, ms: first + copy * 40 + (packet.timestamp.ms - first) * stretch, source: packet.source });
		}
	}
	all.sort((a, b) => a.ms - b.ms);
	const made = all.map(({ frame, ms, source }, i) => new Packet(frame, 0, frame.length, frame.length, Timestamp.fromMs(ms), i + 1, source));
	await lastValueFrom(from(made).pipe(toPcap(capture)));
}

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise(resolve => server.once('listening', resolve));
	const { port } = server.address();
	await new Promise(resolve => server.close(resolve));
	return port;
}

const port = await freePort();
const url = `nats://127.0.0.1:${port}`;
let server;
async function startServer() {
	server = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', join(folder, 'store')]);
	await new Promise((resolve, reject) => {
		let log = '';
		server.stderr.on('data', data => {
			log += data;
			if (log.includes('Server is ready')) resolve();
		});
		server.on('exit', () => reject(new Error(log)));
	});
}

const running = new Set();
let isOver = false;
let stalled = 0;
function startWorker(kind) {
	const flags = ['--nats', url, '--stream', 'tap', '--to', `${kind}-results`, '--lease', '2000'];
	const child = spawn(process.execPath, [cli, 'work', kind, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
	const worker = { kind, child };
	let words = '';
	child.stderr.setEncoding('utf8').on('data', text => (words += text));
	running.add(worker);
	child.on('exit', (code, signal) => {
		running.delete(worker);
		if (code === 0) console.log(`  a worker of ${kind} is done: ${words.trim()}`);
		else if (code !== null && signal === null) console.log(`  a worker of ${kind} ended with ${code}: ${words.trim()}`);
		if (code !== 0 && !isOver) startWorker(kind);
	});
}

/** As many bytes a second that it takes the time it should. */
async function ship() {
	const child = spawn(process.execPath, [cli, 'ship', '-', '--nats', url, '--stream', 'tap', '--shards', '4'], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	child.stdout.on('data', text => console.log(`  ${String(text).trim().replace('\n', '; ')}`));
	const piece = Math.ceil(statSync(capture).size / (seconds * 10));
	for await (const bytes of createReadStream(capture, { highWaterMark: piece })) {
		if (!child.stdin.write(bytes)) await new Promise(resolve => child.stdin.once('drain', resolve));
		await sleep(100);
	}
	child.stdin.end();
	const code = await new Promise(resolve => child.on('exit', resolve));
	if (code !== 0) throw new Error(`ship ended with ${code}`);
}

async function disturb() {
	const deeds = [...Array(workerKills).fill('kill'), ...Array(serverKills).fill('server'), ...Array(freezes).fill('freeze')].sort(
		() => random() - 0.5,
	);
	for (const deed of deeds) {
		await sleep((seconds * 1000 * (0.4 + random())) / deeds.length);
		const workers = [...running];
		const worker = workers[Math.floor(random() * workers.length)];
		if (deed === 'server') {
			server.removeAllListeners('exit');
			server.kill('SIGKILL');
			await new Promise(resolve => server.once('exit', resolve));
			await sleep(500 * random());
			await startServer();
		} else if (worker === undefined) console.log('  all were done before the end');
		else if (deed === 'kill') worker.child.kill('SIGKILL');
		else {
			worker.child.kill('SIGSTOP');
			stalled += 1;
			setTimeout(() => worker.child.kill('SIGCONT'), 5000);
		}
		process.stdout.write(`${deed} `);
	}
	console.log();
}

async function stored(subject) {
	const connection = await connect({ servers: url });
	const manager = await jetstreamManager(connection);
	const name = await manager.streams.find(subject);
	const { messages } = (await manager.streams.info(name)).state;
	const results = [];
	const consumer = await jetstream(connection).consumers.get(name);
	const all = await consumer.consume({ max_messages: 1000 });
	for await (const message of all) {
		results.push(message.string());
		if (results.length >= messages) break;
	}
	await connection.close();
	return results.sort();
}

const local = kind =>
	execFileSync(process.execPath, [cli, kind, '--json', capture], { maxBuffer: 2 ** 30 })
		.toString()
		.trim()
		.split('\n')
		.sort();

let failures = 0;
try {
	await makeCapture();
	console.log(`${(statSync(capture).size / 1e6).toFixed(1)} MB, seed ${seed}`);
	await startServer();
	const shipping = ship();
	await sleep(1500);
	for (const kind of [...kinds, ...kinds]) startWorker(kind);
	await Promise.all([shipping, disturb()]);
	const until = Date.now() + 180_000;
	while (running.size > 0 && Date.now() < until) await sleep(200);
	if (running.size > 0) throw new Error(`${running.size} workers are not done`);
	for (const kind of kinds) {
		const [expected, found] = [local(kind), await stored(`${kind}-results`)];
		const isSame = expected.length === found.length && expected.every((line, i) => line === found[i]);
		console.log(`${kind}: ${expected.length} here, ${found.length} stored, ${isSame ? 'the same' : 'NOT THE SAME'}`);
		if (!isSame) {
			failures += 1;
			const [a, b] = [new Set(expected), new Set(found)];
			console.log(
				'  missing:',
				expected.filter(line => !b.has(line)).slice(0, 3),
				'too many:',
				found.filter((line, i) => !a.has(line) || found[i - 1] === line).slice(0, 3),
			);
		}
	}
	console.log(`${workerKills} workers and ${serverKills} servers killed, ${stalled} workers frozen for 5 s`);
} finally {
	isOver = true;
	for (const { child } of running) child.kill('SIGKILL');
	server?.removeAllListeners('exit');
	server?.kill('SIGKILL');
	await sleep(300);
	rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);
