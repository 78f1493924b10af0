import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import {
	aFunction,
	anything,
	checkOptions,
	instanceOf,
	interval,
	listOf,
	matching,
	milliseconds,
	wholeNumber,
	wholeNumberTo,
} from '../codec.js';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { aConnection, aName } from './checks.js';
import { MERGE_WINDOW_BATCHES, MERGE_WINDOW_MS } from './fromJetStream.js';
import { Link } from './link.js';
import { checkpointBucket, leaseBucket } from './names.js';
import { NatsError } from './natsError.js';
import { Presence } from './presence.js';
import type { ConnectionWork, EngineOptions } from './shardEngine.js';
import type { WorkCounters } from './shardRunner.js';
import { asked, managerOf, natsErrorOf, shardsOf } from './streams.js';
import { Worker } from './worker.js';

/** What {@link workShards} is told. */
export interface WorkShardsOptions {
	/** Made by `connect()` of `@nats-io/transport-node`, or {@link connectNats}. It stays open. */
	readonly connection: NatsConnection;
	/** The name of the stream of packets. */
	readonly stream: string;
	/** The subject that results are published to; a stream with a long enough duplicate window keeps it: see {@link ensureResultStream}. */
	readonly to: string;
	/** What is made of each connection. The same for all workers of a group, and the same every time for the same chunks. */
	readonly work: ConnectionWork;
	/** Workers of one group share the shards and their checkpoints; another group does all of it once more. Default `'work'`. */
	readonly group?: string | undefined;
	/** Which shards may be worked here. Default: all. */
	readonly shards?: readonly number[] | undefined;
	/** How many sensors there are; when so many have ended, a shard is done. Default 1. */
	readonly sensors?: number | undefined;
	/** See {@link FromJetStreamOptions.mergeWindowMs}. */
	readonly mergeWindowMs?: number | undefined;
	/** See {@link FromJetStreamOptions.mergeWindowBatches}. */
	readonly mergeWindowBatches?: number | undefined;
	/** How packets become chunks. The same for all workers of a group. */
	readonly engine?: EngineOptions | undefined;
	/**
	 * How many batches the next worker may have to read again for connections that are still open. One that began before them is
	 * let go at a crash: what is not published of it until then is lost, and it goes on as one whose start was not seen. Default 16,384.
	 */
	readonly maxReplayBatches?: number | undefined;
	/** How long a worker of which nothing is heard keeps its shards, in ms: 1000 or more. All workers of a group must say the same. Default 10,000. */
	readonly leaseMs?: number | undefined;
	/** How often it is written down where another could go on, in ms. Default 1000. */
	readonly checkpointMs?: number | undefined;
	/** Results that are not acknowledged, at most. Default 256. */
	readonly maxInFlight?: number | undefined;
	/** Ends the work, with a checkpoint, when it is aborted. */
	readonly signal?: AbortSignal | undefined;
}

const LEASE_MS = 10_000;
const LEASE_MS_MIN = 1000;
const CHECKPOINT_MS = 1000;
const MAX_REPLAY_BATCHES = 16_384;
const MAX_IN_FLIGHT = 256;
const NANOSECONDS_PER_MS = 1e6;

/**
 * Works on the shards of a stream of packets, together with other workers of its group: each shard is worked by one at a time,
 * which holds a lease in a KV bucket, and goes on where the last one was. Resolves with what was counted when all its shards
 * are done, or the work was aborted.
 *
 * Results are published with an id that is the same whoever does the work and however often; with what the checkpoint knows
 * and what the results stream remembers, each is stored once: see docs/nats.md.
 *
 * Rejects with {@link NatsError} `no-stream`, `other-stream`, `closed`, `not-authorized`, `server`.
 *
 * @throws TypeError at the call if an option is wrong. NatsError `nats-missing` without the clients.
 * @example
 * ```js
 * await workShards({
 *   connection,
 *   stream: 'tap',
 *   to: 'exchanges',
 *   work: connection => connection.pipe(parseWith(http1), map(({ request }) => JSON.stringify(request))),
 * });
 * ```
 */
export function workShards(options: WorkShardsOptions): Promise<WorkCounters> {
	const checked = checkOptions<WorkShardsOptions>('workShards', checks, options);
	for (const name of ['connection', 'stream', 'to', 'work'] as const) {
		if (checked[name] === undefined) throw new TypeError(`workShards: option ${name} is needed`);
	}
	const { leaseMs = LEASE_MS } = checked;
	if (leaseMs < LEASE_MS_MIN) throw new TypeError(`workShards: option leaseMs must be at least ${LEASE_MS_MIN}, but is ${leaseMs}`);
	return workAll(checked).catch((error: unknown) => {
		throw natsErrorOf(error);
	});
}

const checks = {
	connection: aConnection,
	stream: aName,
	to: matching('a subject without wildcards', /^[^\s.*>]+(\.[^\s.*>]+)*$/),
	work: aFunction<ConnectionWork>(),
	group: aName,
	shards: listOf(wholeNumber),
	sensors: wholeNumberTo(SHARDS_MAX),
	mergeWindowMs: milliseconds,
	mergeWindowBatches: wholeNumberTo(65_536),
	engine: anything as never,
	maxReplayBatches: wholeNumberTo(2 ** 20),
	leaseMs: interval,
	checkpointMs: interval,
	maxInFlight: wholeNumberTo(4096),
	signal: instanceOf(AbortSignal, 'an AbortSignal'),
};

async function workAll(options: WorkShardsOptions): Promise<WorkCounters> {
	const { connection, stream, group = 'work', leaseMs = LEASE_MS, checkpointMs = CHECKPOINT_MS, engine = {} } = options;
	const { sensors = 1, mergeWindowMs: windowMs = MERGE_WINDOW_MS, mergeWindowBatches: windowBatches = MERGE_WINDOW_BATCHES } = options;
	const { to, work, maxReplayBatches = MAX_REPLAY_BATCHES, maxInFlight = MAX_IN_FLIGHT, signal } = options;
	const { clients, js } = Link.of(connection);
	const count = await shardsOf(connection, stream);
	if (count === undefined) throw new NatsError('no-stream', `there is no stream ${stream}: \`rx-reassembly ship\` makes it`);
	const shards = options.shards ?? Array.from({ length: count }, (_, shard) => shard);
	const wrong = shards.find(shard => shard >= count);
	if (wrong !== undefined) throw new NatsError('other-stream', `there is no shard ${wrong}: stream ${stream} has ${count}`);
	const buckets = new clients.kv.Kvm(js);
	const storage = clients.jetstream.StorageType.File;
	const leases = await asked(buckets.create(leaseBucket(stream, group), { ttl: leaseMs, history: 1, storage }));
	const { ttl } = await leases.status();
	// The server tells it in ns where it has kept it.
	const keptMs = ttl >= NANOSECONDS_PER_MS ? ttl / NANOSECONDS_PER_MS : ttl;
	if (keptMs !== leaseMs) throw new NatsError('other-stream', `the leases of group ${group} last ${keptMs} ms, not ${leaseMs}`);
	const checkpoints = await asked(buckets.create(checkpointBucket(stream, group), { history: 1, storage }));
	const merge = { sensors, windowMs, windowBatches };
	const runner = { connection, stream, to, group, merge, engine, maxReplayBatches, checkpointMs, maxInFlight };
	const name = randomUUID();
	const presence = new Presence(leases, await managerOf(connection), leaseBucket(stream, group), name);
	return new Worker(work, runner, { leases, checkpoints, presence, leaseMs, shards, name }).run(signal);
}
