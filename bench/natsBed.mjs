// What the runs over NATS share: a capture, a server that can be killed, the command line, and what is stored in the end.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { fromFile } from 'rx-reassembly/node';
import { lastValueFrom, toArray } from 'rxjs';

const root = dirname(import.meta.dirname);
export const cli = join(root, 'dist/bundle/cli/rx-reassembly.cjs');
export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Numbers between 0 and 1, the same every time. */
export function randomOf(seed) {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

const COPIES_AT_ONCE = 500;

/** The example's packets again and again, each time from another client and a little later; one in 500 is lost. */
export async function makeCapture(path, megabytes, random) {
	const packets = await lastValueFrom(fromFile(join(root, 'examples/captures/http.pcap')).pipe(toArray()));
	const bytes = packets.reduce((sum, { start, end }) => sum + 16 + end - start, 0);
	const copies = Math.ceil((megabytes * 1e6) / bytes);
	const file = openSync(path, 'w');
	const counts = { copies, packets: 0, bytes: 24 };
	const header = Buffer.alloc(24);
	for (const [i, word] of [0xa1b2c3d4, 0x00040002, 0, 0, 262_144, 1].entries()) header.writeUInt32LE(word, 4 * i);
	writeSync(file, header);
	let waiting = [];
	for (let copy = 0; copy < copies; copy++) {
		waiting.push(...copyOf(packets, copy, random));
		const isLast = copy === copies - 1;
		if (!isLast && copy % COPIES_AT_ONCE !== 0) continue;
		waiting.sort((a, b) => a.ms - b.ms);
		// What later copies may come before waits for them.
		const due = isLast ? waiting.length : waiting.findIndex(({ ms }) => ms >= packets[0].timestamp.ms + copy * COPY_MS);
		const records = waiting.slice(0, due).map(recordOf);
		waiting = waiting.slice(due);
		counts.packets += records.length;
		for (const record of records) counts.bytes += writeSync(file, record);
	}
	closeSync(file);
	return counts;
}

const COPY_MS = 40;

function copyOf(packets, copy, random) {
	const first = packets[0].timestamp.ms;
	const stretch = 1 + 200 * random();
	return packets
		.filter(() => random() >= 0.002)
		.map(packet => {
			const frame = packet.bytes.slice();
			const ports = 14 + 4 * (frame[14] & 15);
			const isFromClient = frame[ports] * 256 + frame[ports + 1] > frame[ports + 2] * 256 + frame[ports + 3];
			// The address: there are more copies than ports.
			frame.set([1 + (copy % 200), 1 + Math.floor(copy / 200)], isFromClient ? 28 : 32);
			return { frame, ms: first + copy * COPY_MS + (packet.timestamp.ms - first) * stretch };
		});
}

function recordOf({ frame, ms }) {
	const record = Buffer.alloc(16 + frame.length);
	const words = [Math.floor(ms / 1000), Math.floor((ms % 1000) * 1000), frame.length, frame.length];
	for (const [i, word] of words.entries()) record.writeUInt32LE(word, 4 * i);
	record.set(frame, 16);
	return record;
}

/** A folder with a server's store, that goes with them. */
export class Bed {
	folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-bed-'));
	capture = join(this.folder, 'capture.pcap');
	server = undefined;
	port = 0;

	get url() {
		return `nats://127.0.0.1:${this.port}`;
	}

	async startServer() {
		this.port ||= await freePort();
		const server = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(this.port), '-sd', join(this.folder, 'store')]);
		this.server = server;
		await new Promise((resolve, reject) => {
			let log = '';
			server.stderr.on('data', data => {
				log = (log + data).slice(-10_000);
				if (log.includes('Server is ready')) resolve();
			});
			server.on('exit', () => reject(new Error(log)));
		});
	}

	async killServer() {
		this.server.removeAllListeners('exit');
		const gone = new Promise(resolve => this.server.once('exit', resolve));
		this.server.kill('SIGKILL');
		await gone;
	}

	/** Runs the command line; answers the process, and its end with what it said. */
	run(...args) {
		const child = spawn(process.execPath, [cli, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
		const said = { stdout: '', stderr: '' };
		for (const name of ['stdout', 'stderr'])
			child[name].setEncoding('utf8').on('data', text => {
				said[name] += text;
			});
		const ends = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
		return { child, ends };
	}

	/** What is stored under a subject, sorted. */
	async stored(subject) {
		const connection = await connect({ servers: this.url });
		const manager = await jetstreamManager(connection);
		const name = await manager.streams.find(subject);
		const { messages } = (await manager.streams.info(name)).state;
		const results = [];
		const consumer = await jetstream(connection).consumers.get(name);
		if (messages > 0) {
			for await (const message of await consumer.consume({ max_messages: 1000 })) {
				results.push(message.string());
				if (results.length >= messages) break;
			}
		}
		await connection.close();
		return results.sort();
	}

	async remove() {
		if (this.server !== undefined) await this.killServer();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** What one process prints, sorted; how long it took, and the most memory that it had, in MB. */
export async function local(kind, capture) {
	const begin = performance.now();
	const child = spawn(process.execPath, [cli, kind, '--json', capture], { stdio: ['ignore', 'pipe', 'inherit'] });
	const most = mostMemory(child.pid);
	const lines = [];
	for await (const line of createInterface({ input: child.stdout })) lines.push(line);
	return { lines: lines.sort(), seconds: (performance.now() - begin) / 1000, memory: most() };
}

/** Watches a process; answers what says the most memory that it had, in MB. */
export function mostMemory(pid) {
	let most = 0;
	const timer = setInterval(() => {
		most = Math.max(most, memoryOf(pid) ?? 0);
	}, 200);
	timer.unref();
	return () => {
		clearInterval(timer);
		return most;
	};
}

/** The memory of a process that is resident, in MB; undefined if it has ended. */
export function memoryOf(pid) {
	try {
		return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024) || undefined;
	} catch {
		return undefined;
	}
}

/** Says whether they are the same; false if not. */
export function compare(kind, expected, found) {
	const isSame = expected.length === found.length && expected.every((line, i) => line === found[i]);
	console.log(`${kind}: ${expected.length} here, ${found.length} stored, ${isSame ? 'the same' : 'NOT THE SAME'}`);
	if (isSame) return true;
	const [a, b] = [new Set(expected), new Set(found)];
	console.log('  missing:', expected.filter(line => !b.has(line)).slice(0, 3));
	console.log('  too many:', found.filter((line, i) => !a.has(line) || found[i - 1] === line).slice(0, 3));
	return false;
}

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise(resolve => server.once('listening', resolve));
	const { port } = server.address();
	await new Promise(resolve => server.close(resolve));
	return port;
}
