import type { ChildProcess } from 'node:child_process';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { from, lastValueFrom, Subject, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePacketStream, managerOf } from '../../../src/nats/streams.js';
import { toJetStream } from '../../../src/nats/toJetStream.js';
import { Packet } from '../../../src/packet.js';
import { toPcap } from '../../../src/sinks/toPcap.js';
import { fromFile } from '../../../src/sources/fromFile.js';
import { Timestamp } from '../../../src/timestamp.js';
import { finished, linesOf, runCli, startCli } from '../../support/cli.js';
import { openCorpus } from '../../support/corpus.js';
import { Authority, hasOpenssl } from '../../support/natsKeys.js';
import { hasNatsServer, NatsServer, natsName } from '../../support/natsServer.js';
import { isFromClient, tlsConversation, traffic } from '../../support/shippedTraffic.js';
import { temporaryFolder } from './captures.js';

const folder = temporaryFolder();
const corpus = openCorpus('the corpus over NATS');
let server: NatsServer;
let connection: NatsConnection;
let streams = 0;

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

interface Stored {
	readonly line: string;
	readonly fence: number;
}

/** What is stored under a subject, in the order in which it was. */
async function storedIn(subject: string): Promise<Stored[]> {
	const manager = await managerOf(connection);
	const name = await manager.streams.find(subject);
	const { state } = await manager.streams.info(name);
	const all: Stored[] = [];
	for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
		const message = await manager.streams.getMessage(name, { seq });
		all.push({ line: message?.string() ?? '', fence: Number(message?.header.get('Rx-Fence')) });
	}
	return all;
}

const linesIn = async (subject: string) => (await storedIn(subject)).map(({ line }) => line).sort();

/** What one process prints. */
const here = async (kind: string, path: string) => linesOf((await runCli([kind, '--json', path])).stdout).sort();

/** A capture file, and its packets as they are in it. */
async function capture(name: string, packets: readonly Packet[]): Promise<{ path: string; packets: Packet[] }> {
	const { path } = await lastValueFrom(from(packets).pipe(toPcap(folder.path(name))));
	return { path, packets: await lastValueFrom(fromFile(path).pipe(toArray())) };
}

const BETWEEN_SECONDS = 7200;

/** Whether its time never leaps. Idle connections are closed by the time of the shard's own packets, so a leap is not seen by all. */
function isSteady(packets: readonly Packet[]): boolean {
	return (
		packets.length > 0 &&
		packets.every(({ timestamp }, i) => Math.abs(timestamp.ms - (packets[i - 1] ?? (packets[i] as Packet)).timestamp.ms) < 60_000)
	);
}

/** One behind the other, as if it had been captured so. */
function inTurn(captures: readonly (readonly Packet[])[]): Packet[] {
	let seconds = 1_700_000_000;
	return captures.flatMap(packets => {
		const all = packets.map(({ timestamp }) => timestamp.seconds);
		const least = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
		const shift = seconds - least;
		seconds += all.reduce((a, b) => Math.max(a, b), least) - least + BETWEEN_SECONDS;
		return packets.map(({ block, start, end, originalLength, timestamp, number, source }) => {
			const time = new Timestamp(timestamp.seconds + shift, timestamp.nanoseconds, timestamp.digits);
			return new Packet(block, start, end, originalLength, time, number, source);
		});
	});
}

describe.runIf(hasNatsServer)('the command line over NATS', () => {
	const flagsOf = (stream: string) => ['--nats', server.url, '--stream', stream];
	const workOf = (kind: string, stream: string, ...more: string[]) => [
		'work',
		kind,
		...flagsOf(stream),
		'--to',
		`${stream}-${kind}`,
		...more,
	];

	beforeAll(async () => {
		server = await NatsServer.start();
		connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
	});
	afterAll(async () => {
		await connection?.close();
		await server?.remove();
		folder.remove();
	});

	it.each(['http', 'flows', 'tls'])('should give what one process gives, with four shards and two workers: %s', async kind => {
		const { path } = await capture(`two-${kind}.pcap`, traffic(200, 1, 700, kind === 'tls' ? tlsConversation() : undefined));
		const stream = `cli${streams++}`;
		const shipped = await runCli(['ship', path, ...flagsOf(stream), '--shards', '4', '--sensor', 'east', '--json']);
		expect(JSON.parse(shipped.stdout)).toMatchObject({ sensor: 'east', dropped: 0, withoutShard: 0 });
		const works = await Promise.all([0, 1].map(() => runCli(workOf(kind, stream))));
		expect(works.map(({ code }) => code)).toEqual([0, 0]);
		const expected = await here(kind, path);
		expect(await linesIn(`${stream}-${kind}`)).toEqual(expected);
		expect(expected.length).toBeGreaterThan(50);
		const status = await runCli(['nats', 'status', ...flagsOf(stream), '--group', kind, '--json']);
		expect(JSON.parse(status.stdout).shards.map(({ done, deadLetters }: Record<string, unknown>) => [done, deadLetters])).toEqual(
			Array.from({ length: 4 }, () => [true, 0]),
		);
	});

	it.runIf(corpus !== undefined)('should give the same of real captures', { timeout: 120_000 }, async () => {
		const captures = (await Promise.all(
			(corpus?.captures ?? []).map(each =>
				lastValueFrom(fromFile(corpus?.pathOf(each) ?? '').pipe(toArray()), { defaultValue: [] }).catch(() => []),
			),
		)) as Packet[][];
		const { path } = await capture('corpus.pcapng', inTurn(captures.filter(isSteady)));
		const stream = `cli${streams++}`;
		await runCli(['ship', path, ...flagsOf(stream), '--shards', '4']);
		for (const kind of ['http', 'flows', 'tls']) {
			await Promise.all([0, 1].map(() => runCli(workOf(kind, stream))));
			expect(await linesIn(`${stream}-${kind}`)).toEqual(await here(kind, path));
		}
	});

	/** Ships captures as so many sensors, one behind the other, and works them. */
	async function worked(kind: string, captures: readonly Readonly<Record<string, string>>[]) {
		const stream = `cli${streams++}`;
		for (const sensors of captures) {
			const ships = Object.entries(sensors).map(([sensor, path]) => runCli(['ship', path, ...flagsOf(stream), '--sensor', sensor]));
			expect((await Promise.all(ships)).map(({ code }) => code)).toEqual(ships.map(() => 0));
		}
		const flags = workOf(kind, stream, '--sensors', '2', '--merge-window', '1000000', '--lease', '2000');
		const works = await Promise.all([runCli(flags), runCli(flags)]);
		expect(works.map(({ code }) => code)).toEqual([0, 0]);
		return linesIn(`${stream}-${kind}`);
	}

	it.each(['http', 'flows'])('should give the same where each of two sensors saw one direction: %s', async kind => {
		const all = await capture('both.pcap', traffic(150, 6));
		const east = await capture('east.pcap', all.packets.filter(isFromClient));
		const west = await capture(
			'west.pcap',
			all.packets.filter(packet => !isFromClient(packet)),
		);
		const expected = await here(kind, all.path);
		expect(expected.length).toBeGreaterThan(50);
		expect(await worked(kind, [{ east: east.path, west: west.path }])).toEqual(expected);
	});

	it('should find the same exchanges where two sensors saw the same', async () => {
		const { path } = await capture('mirrored.pcap', traffic(150, 7));
		expect(await worked('http', [{ east: path, west: path }])).toEqual(await here('http', path));
	});

	it('should publish exchanges that were found where the packets are', async () => {
		const { path } = await capture('there.pcap', traffic(100, 4));
		expect(await runCli(['http', path, '--to', `${server.url}/there.exchanges`])).toEqual({ code: 0, stdout: '', stderr: '' });
		expect(await linesIn('there.exchanges')).toEqual(await here('http', path));
		expect((await runCli(['http', path, '--to', 'nats://192.0.2.1:4222/x'])).stderr).toContain('in the clear');
		expect((await runCli(['http', path, '--to', server.url])).stderr).toContain('a server and a subject');
	});

	it('should let a worker that was frozen beyond its lease write nothing more', async () => {
		const { path, packets } = await capture('frozen.pcap', traffic(120, 2));
		const stream = `cli${streams++}`;
		const flags = workOf('http', stream, '--lease', '1000');
		await ensurePacketStream(connection, stream, 1);
		const source = new Subject<Packet>();
		const shipping = lastValueFrom(source.pipe(toJetStream({ connection, stream, shards: 1, sensor: 'east', batchBytes: 1000 })));
		for (const packet of packets.slice(0, packets.length >> 1)) source.next(packet);
		const frozen = startCli(flags);
		const frozenEnds = finished(frozen);
		for (let i = 0; i < 50 && (await storedIn(`${stream}-http`).catch(() => [])).length === 0; i++) await sleep(100);
		frozen.kill('SIGSTOP');
		const before = (await storedIn(`${stream}-http`)).length;
		expect(before).toBeGreaterThan(0);
		for (const packet of packets.slice(packets.length >> 1)) source.next(packet);
		source.complete();
		await shipping;
		expect((await runCli(flags)).code).toBe(0);
		const after = await storedIn(`${stream}-http`);
		expect(after.map(({ line }) => line).sort()).toEqual(await here('http', path));
		frozen.kill('SIGCONT');
		expect((await frozenEnds).code).toBe(0);
		expect(await storedIn(`${stream}-http`)).toEqual(after);
		// Each holder has a greater fence than the one before.
		const fences = after.map(({ fence }) => fence);
		expect(fences).toEqual([...fences].sort((a, b) => a - b));
		expect(new Set(fences).size).toBe(2);
	});

	it('should give the same though workers and the server are killed', { timeout: 60_000 }, async () => {
		const { path, packets } = await capture('killed.pcap', traffic(150, 3));
		const stream = `cli${streams++}`;
		await ensurePacketStream(connection, stream, 2);
		const source = new Subject<Packet>();
		const shipping = lastValueFrom(source.pipe(toJetStream({ connection, stream, shards: 2, sensor: 'east', batchBytes: 800 })));
		const kinds: ('worker' | 'server')[] = ['worker', 'worker', 'server', 'worker'];
		const children: ChildProcess[] = [];
		const start = () => children.push(startCli(workOf('http', stream, '--lease', '1000')));
		start();
		for (const [i, kind] of kinds.entries()) {
			const part = packets.slice((i * packets.length) / kinds.length, ((i + 1) * packets.length) / kinds.length);
			for (const packet of part) source.next(packet);
			start();
			await sleep(900);
			if (kind === 'worker') children.shift()?.kill('SIGKILL');
			else {
				await server.kill();
				await server.restart();
			}
		}
		source.complete();
		expect(await shipping).toMatchObject({ shipped: packets.length });
		expect((await runCli(workOf('http', stream, '--lease', '1000'))).code).toBe(0);
		for (const child of children) child.kill('SIGKILL');
		expect(await linesIn(`${stream}-http`)).toEqual(await here('http', path));
	});

	it.runIf(hasOpenssl)(
		`should talk to a server that wants TLS, a certificate and a password${hasOpenssl ? '' : ' (skipped: there is no openssl)'}`,
		async () => {
			const { path } = await capture('tls.pcap', traffic(60, 8));
			const authority = new Authority(folder.path('.'));
			const [theirs, ours] = [authority.vouchFor('server', 'DNS:localhost'), authority.vouchFor('ours', 'DNS:sensor')];
			const tls = `tls { cert_file: "${theirs.cert}", key_file: "${theirs.key}", ca_file: "${authority.certificate}", verify: true }`;
			const config = `${tls}\nauthorization { user: sensor, password: "s3cret" }`;
			const secured = await NatsServer.start('-c', folder.write('tls.conf', config));
			const files = ['--tls-ca', authority.certificate, '--tls-cert', ours.cert, '--tls-key', ours.key];
			const url = `localhost:${secured.port}`;
			const flags = ['--nats', `tls://${url}`, '--stream', 'tap', '--user', 'sensor', ...files];
			process.env.NATS_PASSWORD = 's3cret';
			try {
				expect(await runCli(['ship', path, ...flags])).toMatchObject({ code: 0, stderr: '' });
				expect((await runCli(['work', 'http', ...flags, '--to', 'exchanges'])).stderr).toMatch(/results [1-9]/);
				expect(await runCli(['http', path, '--to', `tls://${url}/here`, '--user', 'sensor', ...files])).toMatchObject({
					code: 0,
					stderr: '',
				});
				expect((await runCli(['nats', 'status', ...flags])).code).toBe(0);
				process.env.NATS_PASSWORD = 'another';
				expect((await runCli(['nats', 'status', ...flags])).stderr).toMatch(/does not let us in/);
			} finally {
				delete process.env.NATS_PASSWORD;
				await secured.remove();
			}
		},
	);

	it('should say what is wrong in a line', async () => {
		const failures = await Promise.all([
			runCli(['work', 'http', '--nats', 'nats://127.0.0.1:1', '--to', 'x']),
			runCli(['nats', 'status', '--nats', 'nats://nats.invalid:4222']),
			runCli(['nats', 'status', ...flagsOf('nothing')]),
			runCli(['work', 'http', ...flagsOf('nothing'), '--to', 'x.*']),
		]);
		expect(failures.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
		const words = [/no NATS server answers/, /in the clear: use tls:/, /there is no stream nothing/, /./];
		for (const [i, { stderr }] of failures.entries()) {
			expect(stderr).toMatch(words[i] as RegExp);
			expect(linesOf(stderr)).toHaveLength(1);
		}
	});
});

describe(natsName('NATS in the command line'), () => {
	it('should be told of in its help', async () => {
		expect((await runCli(['ship', '--help'])).stdout).toContain('--insecure');
	});
});
