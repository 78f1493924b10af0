import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { readCheckpoint } from '../shipping/checkpoint.js';
import { Link } from './link.js';
import { checkpointBucket, deadSubject, leaseBucket, packetSubject, shardKey } from './names.js';
import { NatsError } from './natsError.js';
import { asked, managerOf, shardsOf } from './streams.js';

/** How things stand with one shard. */
export interface ShardStatus {
	readonly shard: number;
	/** Messages that are stored. */
	readonly messages: number;
	/** Messages of the stream, all shards together, from the last checkpoint to its end, at the most. */
	readonly lag: number;
	/** The message that a new worker would begin with. */
	readonly from: number;
	/** The message up to which results are safe. */
	readonly processed: number;
	readonly done: boolean;
	/** Who works on it; null if nobody does. */
	readonly worker: string | null;
	readonly deadLetters: number;
}

/** How things stand with a stream of packets. */
export interface StreamStatus {
	readonly stream: string;
	readonly bytes: number;
	readonly lastSequence: number;
	readonly shards: readonly ShardStatus[];
}

/**
 * Tells how far a group of workers is, shard by shard.
 *
 * Rejects with {@link NatsError} `no-stream`, `other-stream`, `server`.
 */
export async function streamStatus(connection: NatsConnection, stream: string, group = 'work'): Promise<StreamStatus> {
	const { clients, js } = Link.of(connection);
	const count = await shardsOf(connection, stream);
	if (count === undefined) throw new NatsError('no-stream', `there is no stream ${stream}`);
	const manager = await managerOf(connection);
	const { state } = await asked(manager.streams.info(stream, { subjects_filter: '>' }));
	const buckets = new clients.kv.Kvm(js);
	const [leases, checkpoints] = await Promise.all([leaseBucket, checkpointBucket].map(name => opened(buckets.open(name(stream, group)))));
	const subjects = state.subjects ?? {};
	const statusOf = async (shard: number): Promise<ShardStatus> => {
		const [lease, entry] = await Promise.all([leases, checkpoints].map(bucket => bucket?.get(shardKey(shard)).catch(() => null)));
		const checkpoint = entry?.operation === 'PUT' ? readCheckpoint(entry.value) : undefined;
		const { from = 1, processed = 0, done = false } = checkpoint ?? {};
		const messages = subjects[packetSubject(stream, shard)] ?? 0;
		return {
			shard,
			messages,
			lag: done ? 0 : Math.max(0, state.last_seq - processed),
			from,
			processed,
			done,
			worker: lease?.operation === 'PUT' ? lease.string() : null,
			deadLetters: subjects[deadSubject(stream, shard)] ?? 0,
		};
	};
	const shards = await Promise.all(Array.from({ length: count }, (_, shard) => statusOf(shard)));
	return { stream, bytes: state.bytes, lastSequence: state.last_seq, shards };
}

/** A bucket, where it is there. */
const opened = (bucket: Promise<KV>): Promise<KV | undefined> => bucket.catch(() => undefined);
