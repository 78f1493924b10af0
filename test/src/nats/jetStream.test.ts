import { connect, type NatsConnection } from '@nats-io/transport-node';
import { from, lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packetsOf } from '../../../operators/packetsOf.js';
import { fromJetStream } from '../../../src/nats/fromJetStream.js';
import { Link } from '../../../src/nats/link.js';
import { ensurePacketStream, managerOf } from '../../../src/nats/streams.js';
import { toJetStream } from '../../../src/nats/toJetStream.js';
import type { Packet } from '../../../src/packet.js';
import type { ShippedPacket } from '../../../src/shipping/shippedPacket.js';
import { Timestamp } from '../../../src/timestamp.js';
import { hasNatsServer, NatsServer, natsName } from '../../support/natsServer.js';
import { batchesOf, isFromClient, traffic } from '../../support/shippedTraffic.js';

let server: NatsServer;
let connection: NatsConnection;
let streams = 0;

async function newStream(shards: number): Promise<string> {
	const stream = `tap${streams++}`;
	await ensurePacketStream(connection, stream, shards);
	return stream;
}

const ship = (stream: string, packets: readonly Packet[], shards: number, sensor = 'east', more = {}) =>
	lastValueFrom(from(packets).pipe(toJetStream({ connection, stream, shards, sensor, batchBytes: 2000, ...more })));

const read = (stream: string, shard: number, more = {}): Promise<ShippedPacket[]> =>
	lastValueFrom(fromJetStream({ connection, stream, shard, ...more }).pipe(toArray()), { defaultValue: [] });

const lineOf = ({ number, timestamp, bytes }: Packet) => `${timestamp} ${number} ${Buffer.from(bytes).toString('base64')}`;

describe.runIf(hasNatsServer)('JetStream', () => {
	beforeAll(async () => {
		server = await NatsServer.start();
		connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
	});
	afterAll(async () => {
		await connection?.close();
		await server?.remove();
	});

	it('should give back every packet, each connection in one shard', async () => {
		const stream = await newStream(4);
		const packets = traffic(100, 1);
		const shipped = await ship(stream, packets, 4);
		expect(shipped).toMatchObject({ packets: packets.length, shipped: packets.length, dropped: 0, withoutShard: 0 });
		const shards = await Promise.all([0, 1, 2, 3].map(shard => read(stream, shard)));
		expect(shards.every(shard => shard.length > 0)).toBe(true);
		expect(shards.flat().map(lineOf).sort()).toEqual(packets.map(lineOf).sort());
		for (const shard of shards) expect(shard.map(({ number }) => number)).toEqual(shard.map(({ number }) => number).sort((a, b) => a - b));
		const flowsOf = async (some: readonly Packet[]) => {
			const flows = new Set<string>();
			const note = ({ source, destination }: { source: object; destination: object }) =>
				flows.add([source, destination].map(String).sort().join());
			await lastValueFrom(from(some).pipe(packetsOf(flow => note(flow) !== undefined)));
			return flows;
		};
		const perShard = await Promise.all(shards.map(flowsOf));
		expect(new Set(perShard.flatMap(flows => [...flows])).size).toBe(perShard.reduce((sum, { size }) => sum + size, 0));
	});

	it('should store a run once that is shipped twice', async () => {
		const stream = await newStream(1);
		const packets = traffic(20, 2);
		await ship(stream, packets, 1, 'east', { run: 5 });
		await ship(stream, packets, 1, 'east', { run: 5 });
		expect((await read(stream, 0)).map(lineOf)).toEqual(packets.map(lineOf));
	});

	it('should put two sensors in the order of time, however they were stored', async () => {
		const stream = await newStream(1);
		const packets = traffic(40, 3);
		await Promise.all([
			ship(stream, packets.filter(isFromClient), 1, 'east'),
			ship(
				stream,
				packets.filter(packet => !isFromClient(packet)),
				1,
				'west',
				{ batchBytes: 700 },
			),
		]);
		const merged = await read(stream, 0, { sensors: 2, mergeWindowMs: 1e9 });
		const times = merged.map(({ timestamp }) => timestamp);
		expect(times).toEqual([...times].sort(Timestamp.compare));
		expect(merged.map(lineOf).sort()).toEqual(packets.map(lineOf).sort());
	});

	it('should put aside what is no batch, say why, and go on', async () => {
		const stream = await newStream(1);
		const { js } = Link.of(connection);
		const [first, ...others] = batchesOf(traffic(20, 4)) as [Uint8Array, ...Uint8Array[]];
		const ofVersion2 = first.slice();
		ofVersion2[4] = 2;
		const impossible = first.slice();
		new DataView(impossible.buffer).setUint32(32, 0xffffffff, true);
		const all = [new TextEncoder().encode('garbage'), first, ofVersion2, impossible, first, new Uint8Array(0), ...others];
		for (const payload of all) await js.publish(`${stream}.packets.0`, payload);
		expect((await read(stream, 0)).map(lineOf)).toEqual(traffic(20, 4).map(lineOf));
		// Reading it once more makes no second letters.
		await read(stream, 0);
		const manager = await managerOf(connection);
		const { state } = await manager.streams.info(stream, { subjects_filter: `${stream}.dead.0` });
		expect(state.subjects).toEqual({ [`${stream}.dead.0`]: 5 });
		const reasons: (string | undefined)[] = [];
		for (let sequence = state.last_seq; reasons.length < 5; sequence--) {
			const message = await manager.streams.getMessage(stream, { seq: sequence });
			reasons.push(/^[\w-]+/.exec(message?.header.get('Rx-Reason') ?? '')?.[0]);
		}
		expect(reasons.reverse()).toEqual(['not-a-batch', 'other-version', 'malformed', 'duplicate', 'not-a-batch']);
	});

	it('should lose nothing while the server is killed and comes again', async () => {
		const stream = await newStream(2);
		const packets = traffic(400, 5);
		const reading = Promise.all([read(stream, 0), read(stream, 1)]);
		const shipping = ship(stream, packets, 2, 'east', { batchBytes: 600, maxInFlight: 4 });
		for (let i = 0; i < 2; i++) {
			await new Promise(resolve => setTimeout(resolve, 30));
			await server.kill();
			await server.restart();
		}
		expect(await shipping).toMatchObject({ shipped: packets.length, dropped: 0 });
		expect((await reading).flat().map(lineOf).sort()).toEqual(packets.map(lineOf).sort());
	});

	it('should drop what is too much for the memory that it may use, and count it', async () => {
		const stream = await newStream(1);
		const packets = traffic(200, 6);
		const { shipped, dropped } = await ship(stream, packets, 1, 'east', { maxWaitingBytes: 10_000 });
		expect(dropped).toBeGreaterThan(0);
		expect(shipped + dropped).toBe(packets.length);
		expect(await read(stream, 0)).toHaveLength(shipped);
	});
});

describe(natsName('options of JetStream'), () => {
	it('should be checked at the call', () => {
		expect(() => toJetStream({ connection: {} as NatsConnection, stream: 's', shards: 1, sensor: 'a' })).toThrow(/connection/);
		expect(() => fromJetStream({ connection: {} as NatsConnection, stream: 's', shard: 1 })).toThrow(/connection/);
	});
});
