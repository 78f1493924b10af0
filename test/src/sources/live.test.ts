import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { take } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CaptureError } from '../../../src/errors.js';
import { LinkType, type Packet } from '../../../src/packet.js';
import { loadCap, tryOpen } from '../../../src/sources/cap.js';
import { devices } from '../../../src/sources/devices.js';
import { fromInterface } from '../../../src/sources/fromInterface.js';

const project = resolve(import.meta.dirname, '../../..');

/** Why nothing can be captured here, undefined if it can. */
function obstacle(): string | undefined {
	try {
		tryOpen(loadCap(), loopback(), '');
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

function loopback(): string {
	return devices().find(device => device.loopback)?.name ?? 'lo';
}

const why = obstacle();
if (why !== undefined) console.warn(`live capture was left out: ${why}`);

const servers: Server[] = [];

/** A server that answers `<path> <body>`, and the port it listens on. */
function serve(body: string): Promise<number> {
	return listen(createServer(({ url }, response) => response.end(`${url} ${body}`)));
}

async function listen(server: Server): Promise<number> {
	servers.push(server);
	await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
	return (server.address() as AddressInfo).port;
}

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

const texts = (packets: Packet[]) => packets.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
/** The IPv4 packet of a frame; loopback devices have Ethernet headers on Linux, and 4 bytes on BSD and macOS. */
const ipOf = ({ bytes, linkType }: Packet) => Buffer.from(bytes.subarray(linkType === LinkType.ethernet ? 14 : 4));
const isFin = (packet: Packet) => ((ipOf(packet)[33] ?? 0) & 1) === 1;

async function until(condition: () => boolean): Promise<void> {
	for (let i = 0; i < 500 && !condition(); i += 1) await sleep(10);
	expect(condition()).toBe(true);
}

/** How many captures this process has open, as Linux counts them. */
function openCaptures(): number {
	const sockets = new Set(
		readFileSync('/proc/net/packet', 'utf8')
			.split('\n')
			.map(line => line.trim().split(/\s+/).at(-1)),
	);
	const own = readdirSync('/proc/self/fd').map(fd => {
		try {
			return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
		} catch {
			return undefined;
		}
	});
	return own.filter(inode => inode !== undefined && sockets.has(inode)).length;
}

describe.skipIf(why !== undefined)('fromInterface, live', { timeout: 20_000 }, () => {
	afterEach(() => {
		for (const server of servers.splice(0)) server.close();
	});

	it('should see an HTTP exchange from handshake to FIN', async () => {
		const port = await serve('world');
		const packets: Packet[] = [];
		const before = Date.now();
		const subscription = fromInterface(loopback(), { filter: `tcp port ${port}` }).subscribe(packet => packets.push(packet));
		expect(await fetchText(port, '/hello')).toBe('/hello world');
		await until(() => packets.filter(isFin).length === 2);
		subscription.unsubscribe();

		const all = texts(packets).join('');
		expect(all).toContain('GET /hello HTTP/1.1');
		expect(all).toContain('/hello world');
		expect(packets.map(({ number }) => number)).toEqual(packets.map((_, i) => i + 1));
		expect(packets.every(({ bytes, originalLength }) => bytes.length === originalLength)).toBe(true);
		expect(packets[0]?.source.name).toBe(loopback());
		const times = packets.map(({ timestamp }) => timestamp.ms);
		expect(times).toEqual([...times].sort((a, b) => a - b));
		expect(Math.abs((times[0] ?? 0) - before)).toBeLessThan(5_000);
	});

	it('should capture nothing but what the filter lets through', async () => {
		const [wanted, other] = [await serve('wanted'), await serve('other')];
		const packets: Packet[] = [];
		const subscription = fromInterface(loopback(), { filter: `tcp port ${wanted}` }).subscribe(packet => packets.push(packet));
		await Promise.all([fetchText(other, '/a'), fetchText(wanted, '/b'), fetchText(other, '/c')]);
		await until(() => packets.filter(isFin).length === 2);
		subscription.unsubscribe();
		const ports = packets.map(packet => [20, 22].map(at => ipOf(packet).readUInt16BE(at)));
		expect(ports.filter(pair => !pair.includes(wanted))).toEqual([]);
	});

	it('should never overwrite the bytes of a packet', async () => {
		const port = await serve('x'.repeat(3_000));
		const kept: { packet: Packet; copy: Buffer }[] = [];
		const subscription = fromInterface(loopback(), { filter: `tcp port ${port}` }).subscribe(packet => {
			kept.push({ packet, copy: Buffer.from(packet.bytes) });
		});
		for (let i = 0; i < 100; i += 1) await fetchText(port, `/${i}`);
		await until(() => kept.length >= 1_000);
		subscription.unsubscribe();
		expect(kept.filter(({ packet, copy }) => !copy.equals(packet.bytes))).toEqual([]);
		expect(new Set(kept.map(({ packet }) => packet.block)).size).toBeLessThan(kept.length / 20);
	});

	it('should keep two subscriptions apart', async () => {
		const port = await serve('both');
		const packets = fromInterface(loopback(), { filter: `tcp port ${port}` });
		const [first, second]: [Packet[], Packet[]] = [[], []];
		const one = packets.subscribe(packet => first.push(packet));
		const two = packets.subscribe(packet => second.push(packet));
		await fetchText(port, '/1');
		await until(() => first.filter(isFin).length === 2 && second.filter(isFin).length === 2);
		one.unsubscribe();
		const seen = first.length;
		await fetchText(port, '/2');
		await until(() => second.filter(isFin).length === 4);
		two.unsubscribe();
		expect(first).toHaveLength(seen);
		expect(texts(second.slice(0, seen))).toEqual(texts(first));
		expect(second[0]?.block).not.toBe(first[0]?.block);
	});

	it('should cut to snaplen and say the length before', async () => {
		const port = await serve('y'.repeat(5_000));
		const packets: Packet[] = [];
		const subscription = fromInterface(loopback(), { filter: `tcp port ${port}`, snaplen: 48 }).subscribe(packet => packets.push(packet));
		await fetchText(port, '/');
		await until(() => packets.filter(isFin).length === 2);
		subscription.unsubscribe();
		expect(packets.filter(({ bytes }) => bytes.length !== 48)).toEqual([]);
		expect(Math.max(...packets.map(({ originalLength }) => originalLength))).toBeGreaterThan(5_000);
	});

	it('should not miss that the largest frames are cut', async () => {
		const sent = 5_000_000;
		const server = createTcpServer(socket => socket.resume());
		const port = await listen(server);
		const packets: Packet[] = [];
		const open = fromInterface(loopback(), { filter: `tcp dst port ${port}`, bufferSize: 64 << 20 });
		const subscription = open.subscribe(packet => packets.push(packet));
		const socket = connect(port, '127.0.0.1');
		for (let i = 0; i < 5; i += 1) await new Promise(done => socket.write(Buffer.alloc(sent / 5, i), done));
		socket.end();
		await until(() => packets.some(isFin));
		subscription.unsubscribe();

		const missing = packets.map(packet => ipOf(packet).readUInt16BE(2) - ipOf(packet).length);
		expect(packets.map(({ bytes, originalLength }) => originalLength - bytes.length)).toEqual(missing);
		// Under load the kernel sends a segment again; what counts is which bytes of the stream were seen.
		const spans = packets.map(packet => {
			const ip = ipOf(packet);
			const start = ip.readUInt32BE(24);
			return { start, end: start + ip.readUInt16BE(2) - 20 - ((ip[32] ?? 0) >> 4) * 4 };
		});
		spans.sort((a, b) => a.start - b.start);
		const first = (spans[0]?.start ?? 0) + 1; // behind the SYN
		const payload = spans.reduce((end, span) => (span.start <= end ? Math.max(end, span.end) : end), first) - first;
		expect(payload).toBe(sent);
	});

	it.skipIf(process.platform !== 'linux')('should close its capture when it is unsubscribed, from outside and from within', async () => {
		const port = await serve('bye');
		const before = openCaptures();
		const open = fromInterface(loopback(), { filter: `tcp port ${port}` });
		const subscription = open.subscribe();
		expect(openCaptures()).toBe(before + 1);
		subscription.unsubscribe();
		expect(openCaptures()).toBe(before);

		const few: Packet[] = [];
		open.pipe(take(3)).subscribe(packet => few.push(packet));
		await fetchText(port, '/');
		await until(() => few.length === 3);
		await sleep(20);
		expect([few.length, openCaptures()]).toEqual([3, before]);
	});

	it('should error once, in words that help', () => {
		const error = (device: string, filter: string) => {
			const errors: unknown[] = [];
			fromInterface(device, { filter }).subscribe({ error: e => errors.push(e) });
			expect(errors).toEqual([expect.any(CaptureError)]);
			return errors[0];
		};
		expect(error('nosuch0', '')).toMatchObject({ code: 'no-such-device', message: expect.stringContaining('nosuch0') });
		expect(error(loopback(), 'tcp prt 80')).toMatchObject({
			code: 'bad-filter',
			message: expect.stringMatching(/tcp prt 80.*syntax error/),
		});
	});

	it('should list the loopback device', () => {
		const device = devices().find(({ name }) => name === loopback());
		expect(device).toMatchObject({
			loopback: true,
			addresses: expect.arrayContaining([expect.objectContaining({ address: '127.0.0.1' })]),
		});
	});
});

describe.skipIf(why !== undefined)('fromInterface, in a process of its own', { timeout: 40_000 }, () => {
	let folder = '';
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-'));
		chmodSync(folder, 0o755);
		cpSync(join(project, 'dist'), join(folder, 'dist'), { recursive: true });
		writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
		symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	/** What a program prints that is run against the built package, copied to where any user may read it. */
	function run(program: string, before: string[] = []): string {
		const file = join(folder, 'program.js');
		writeFileSync(file, `import { fromInterface } from './dist/src/sources/fromInterface.js';\n${program}`);
		const [command, ...args] = [...before, process.execPath, '--expose-gc', file];
		return execFileSync(command as string, args, { encoding: 'utf8', timeout: 30_000 });
	}

	it('should survive garbage collection while it captures, and after it closed or failed', () => {
		const program = `
			import { connect, createServer } from 'node:net';
			let packets = 0;
			const open = (device, filter) => fromInterface(device, { filter }).subscribe({ next: () => (packets += 1), error: () => {} });
			const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1', async () => {
				const { port } = server.address();
				for (let i = 0; i < 10; i += 1) {
					const subscription = open('${loopback()}', 'tcp port ' + port);
					open('${loopback()}', 'tcp prt');
					const socket = connect(port, '127.0.0.1', () => socket.end('x'.repeat(10_000)));
					for (let j = 0; j < 4; j += 1) {
						await new Promise(done => setTimeout(done, 5));
						gc();
					}
					if (i % 2) subscription.unsubscribe();
					else setTimeout(() => subscription.unsubscribe(), 30);
				}
				server.close();
				console.log(packets > 50 ? 'fine' : packets);
			});`;
		expect(run(program)).toBe('fine\n');
	});

	it('should let the process end once it is unsubscribed', () => {
		expect(run(`const s = fromInterface('${loopback()}').subscribe(); setTimeout(() => s.unsubscribe(), 20); console.log('done');`)).toBe(
			'done\n',
		);
	});

	const unprivileged = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all', '--inh-caps=-all'];

	it.skipIf(!canRun([...unprivileged, process.execPath, '-e', `require(${JSON.stringify(join(project, 'node_modules/cap'))})`]))(
		'should say what permission is missing, to a user who has none',
		() => {
			const program = `fromInterface('${loopback()}').subscribe({ error: ({ code, message }) => console.log(code, message) });`;
			expect(run(program, unprivileged)).toMatch(
				/^not-permitted .*`sudo setcap cap_net_raw,cap_net_admin=eip \$\(readlink -f \$\(which node\)\)`/,
			);
		},
	);

	it('should refuse a worker thread', () => {
		const program = `
			import { isMainThread, Worker } from 'node:worker_threads';
			if (isMainThread) new Worker(new URL(import.meta.url));
			else fromInterface('${loopback()}').subscribe({ error: ({ code, message }) => console.log(code, message) });`;
		expect(run(program)).toMatch(/^cap-missing .*main thread/);
	});
});

function canRun([command, ...args]: string[]): boolean {
	try {
		execFileSync(command as string, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
