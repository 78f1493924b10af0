import { connect, type NatsConnection } from '@nats-io/transport-node';
import { EMPTY, from, lastValueFrom, map, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeTcp } from '../../../operators/decodeTcp.js';
import { flushOlderThan } from '../../../operators/flushOlderThan.js';
import { type ConnectionObservable, groupByConnection } from '../../../operators/groupByConnection.js';
import { mergeFlows } from '../../../operators/mergeFlows.js';
import { parseWith } from '../../../operators/parseWith.js';
import { reassemble } from '../../../operators/reassemble.js';
import type { Reassembly } from '../../../src/assembly/reassembly.js';
import { Lease } from '../../../src/nats/lease.js';
import { Link } from '../../../src/nats/link.js';
import type { NatsError } from '../../../src/nats/natsError.js';
import { ensurePacketStream, ensureResultStream, managerOf } from '../../../src/nats/streams.js';
import { toJetStream } from '../../../src/nats/toJetStream.js';
import { type WorkShardsOptions, workShards } from '../../../src/nats/workShards.js';
import type { Packet } from '../../../src/packet.js';
import { createHttp1 } from '../../../src/protocols/http1.js';
import { hasNatsServer, NatsServer } from '../../support/natsServer.js';
import { traffic } from '../../support/shippedTraffic.js';

const parser = createHttp1({ maxBodyBytes: 0 });
const work = (connection: ConnectionObservable<Reassembly>) =>
	connection.pipe(
		parseWith(parser),
		map(({ time, client, request, response }) => `${time} ${client} ${request?.url} ${response?.status}`),
	);

/** What the pipeline gives in one process. */
const here = async (packets: readonly Packet[]): Promise<string[]> =>
	(
		await lastValueFrom(
			from(packets).pipe(
				decodeTcp(),
				flushOlderThan(120_000, { closeIdleMs: 3_600_000, clock: 'packet' }),
				reassemble(),
				groupByConnection(),
				mergeFlows(work),
				toArray(),
			),
		)
	).sort();

let server: NatsServer;
let connection: NatsConnection;
const others: NatsConnection[] = [];
let streams = 0;

async function shippedTo(packets: readonly Packet[], shards: number, batchBytes = 1500): Promise<{ stream: string; to: string }> {
	const stream = `work${streams++}`;
	const to = `${stream}-results.all`;
	await ensurePacketStream(connection, stream, shards);
	await ensureResultStream(connection, to, 60_000);
	await lastValueFrom(from(packets).pipe(toJetStream({ connection, stream, shards, sensor: 'east', batchBytes })));
	return { stream, to };
}

async function another(): Promise<NatsConnection> {
	const made = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
	others.push(made);
	return made;
}

/** What is stored under a subject, in any order. */
async function resultsIn(subject: string): Promise<string[]> {
	const manager = await managerOf(connection);
	const name = await manager.streams.find(subject);
	const { state } = await manager.streams.info(name);
	const results: string[] = [];
	for (let seq = state.first_seq; seq <= state.last_seq; seq++)
		results.push((await manager.streams.getMessage(name, { seq }))?.string() ?? '');
	return results.sort();
}

const soon = { work, leaseMs: 1000, checkpointMs: 50 };

describe.runIf(hasNatsServer)('workShards', () => {
	beforeAll(async () => {
		server = await NatsServer.start();
		connection = await another();
	});
	afterAll(async () => {
		await Promise.all(others.splice(0).map(each => each.close()));
		await server?.remove();
	});

	it('should give what one process gives, with two workers and four shards', async () => {
		const packets = traffic(150, 1);
		const { stream, to } = await shippedTo(packets, 4);
		const counters = await Promise.all([connection, await another()].map(each => workShards({ connection: each, stream, to, ...soon })));
		const results = await resultsIn(to);
		expect(results).toEqual(await here(packets));
		expect(results.length).toBeGreaterThan(50);
		expect(counters.map(({ lost, failed, missing }) => lost + failed + missing)).toEqual([0, 0]);
		expect(counters.map(({ retried }) => retried)).toEqual([0, 0]);
	});

	it('should go on where another was stopped, and where another has vanished', async () => {
		const packets = traffic(150, 2);
		const { stream, to } = await shippedTo(packets, 2);
		for (let i = 0; i < 4; i++) {
			const connection = await another();
			const stopping = new AbortController();
			const working = workShards({ connection, stream, to, ...soon, checkpointMs: 5, maxInFlight: 2, signal: stopping.signal });
			await new Promise(resolve => setTimeout(resolve, 40 + 30 * i));
			// One in two says nothing: its shards are free when its leases have run out.
			if (i % 2 === 0) stopping.abort();
			else await connection.close();
			await working.catch(() => undefined);
		}
		await workShards({ connection, stream, to, ...soon });
		expect(await resultsIn(to)).toEqual(await here(packets));
	});

	it('should let leases be renewed while it reads what is there already, and has nothing to publish', async () => {
		const { stream, to } = await shippedTo(traffic(120, 6), 1, 1);
		let turn = 0;
		let isOver = false;
		const next = () => {
			turn += 1;
			if (!isOver) setImmediate(next);
		};
		next();
		const turns: number[] = [];
		const busy = () => {
			turns.push(turn);
			// As long as a batch of real size takes.
			for (const until = performance.now() + 25; performance.now() < until; );
			return EMPTY;
		};
		await workShards({ connection, stream, to, ...soon, work: busy });
		isOver = true;
		expect(turns.length).toBeGreaterThan(50);
		expect(new Set(turns).size).toBeGreaterThan(turns.length * 0.8);
	});

	it('should be done once, and do it again for another group', async () => {
		const packets = traffic(30, 3);
		const { stream, to } = await shippedTo(packets, 1);
		await workShards({ connection, stream, to, ...soon });
		expect(await workShards({ connection, stream, to, ...soon })).toMatchObject({ messages: 0, results: 0 });
		const again = await workShards({ connection, stream, to, ...soon, group: 'second' });
		expect(again.results).toBe((await here(packets)).length);
	});

	it('should put dead letters aside, and count them', async () => {
		const packets = traffic(30, 4);
		const stream = `work${streams++}`;
		const to = `${stream}-results`;
		await ensurePacketStream(connection, stream, 1);
		await ensureResultStream(connection, to, 60_000);
		await Link.of(connection).js.publish(`${stream}.packets.0`, 'garbage');
		await lastValueFrom(from(packets).pipe(toJetStream({ connection, stream, shards: 1, sensor: 'east' })));
		expect(await workShards({ connection, stream, to, ...soon })).toMatchObject({ deadLetters: 1 });
		expect(await resultsIn(to)).toEqual(await here(packets));
	});

	it('should say what is wrong', async () => {
		const codeOf = (options: Partial<WorkShardsOptions>) =>
			workShards({ connection, stream: 'nothing', to: 'x', work, ...options }).catch(({ code }: NatsError) => code);
		expect(await codeOf({})).toBe('no-stream');
		const { stream, to } = await shippedTo(traffic(3, 5), 2);
		expect(await codeOf({ stream, to, shards: [2] })).toBe('other-stream');
		expect(() => workShards({ connection, stream, to: 'a.*', work })).toThrow(/option to must be a subject without wildcards/);
		expect(() => workShards({ connection, stream, to, work, leaseMs: 999 })).toThrow(/leaseMs must be at least 1000/);
		await expect(ensurePacketStream(connection, stream, 3)).rejects.toMatchObject({ code: 'other-stream' });
	});
});

describe.runIf(hasNatsServer)('a lease', () => {
	beforeAll(async () => {
		server = await NatsServer.start();
	});
	afterAll(async () => {
		await Promise.all(others.splice(0).map(each => each.close()));
		await server?.remove();
	});

	it('should be held by one, for as long as it is renewed', async () => {
		const connection = await another();
		const { clients, js } = Link.of(connection);
		const kv = await new clients.kv.Kvm(js).create('leases', { ttl: 1000 });
		const first = (await Lease.claim(kv, 'shard.0', 'a', 1000)) as Lease;
		expect(await Lease.claim(kv, 'shard.0', 'b', 1000)).toBeUndefined();
		for (let i = 0; i < 4; i++) {
			await new Promise(resolve => setTimeout(resolve, 400));
			await first.renew();
			expect(first.isHeld).toBe(true);
		}
		await new Promise(resolve => setTimeout(resolve, 1500));
		expect(first.isHeld).toBe(false);
		const second = (await Lease.claim(kv, 'shard.0', 'b', 1000)) as Lease;
		expect(second.fence).toBeGreaterThan(first.fence);
		// It has run out, so it cannot be made to last again.
		await first.renew();
		await first.release();
		expect([first.isHeld, second.isHeld]).toEqual([false, true]);
		await second.release();
		expect(await Lease.claim(kv, 'shard.0', 'c', 1000)).toBeDefined();
	});
});
