import type { NatsConnection } from '@nats-io/transport-node';
import { Observable, type Subscriber } from 'rxjs';
import { boolean, checkOptions, instanceOf, milliseconds, wholeNumber, wholeNumberTo } from '../codec.js';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { ShardReader } from '../shipping/shardReader.js';
import type { ShippedPacket } from '../shipping/shippedPacket.js';
import { Valve } from '../valve.js';
import { aConnection, aName } from './checks.js';
import { deadLetter } from './deadLetter.js';
import { Link } from './link.js';
import { Publisher } from './publisher.js';
import { shardMessages } from './shardMessages.js';
import { natsErrorOf } from './streams.js';

/** What {@link fromJetStream} is told. */
export interface FromJetStreamOptions {
	/** Made by `connect()` of `@nats-io/transport-node`, or {@link connectNats}. It stays open. */
	readonly connection: NatsConnection;
	/** The name of the stream of packets. */
	readonly stream: string;
	/** Which shard, from 0. */
	readonly shard: number;
	/** The message to begin with, by its number in the stream. Default 1: the first that there is. */
	readonly from?: number | undefined;
	/** How many sensors there are. Nothing comes before all were heard, but by the window. Default 1. */
	readonly sensors?: number | undefined;
	/** How long a packet waits for other sensors, in ms of packet time. Default 5000. */
	readonly mergeWindowMs?: number | undefined;
	/** How many batches a packet waits for other sensors at the most. Default 256. */
	readonly mergeWindowBatches?: number | undefined;
	/** Whether it completes when as many sensors as there are have ended. Default true. */
	readonly completes?: boolean | undefined;
	/** It waits while that is closed. */
	readonly valve?: Valve | undefined;
}

export const MERGE_WINDOW_MS = 5000;
export const MERGE_WINDOW_BATCHES = 256;
const IDLE_MS = 1000;
const DEAD_IN_FLIGHT = 16;

/**
 * Emits the packets of one shard, in order: those of one sensor as it captured them, those of several by packet time. Each
 * is a {@link ShippedPacket}, which tells its sensor and the message that brought it.
 *
 * The order depends upon what is stored alone, not on when it is read. A message that is no batch, or that came before, goes
 * to `<stream>.dead.<shard>` with the reason in a header, and the shard goes on.
 *
 * Errors: {@link NatsError} `no-stream`, `closed`, `not-authorized`, `server`. Restarts of the server are waited for.
 *
 * @throws TypeError at the call if an option is wrong. NatsError `nats-missing` without the clients.
 * @example
 * ```js
 * fromJetStream({ connection, stream: 'tap', shard: 0 }).pipe(decodeTcp(), flushOlderThan(120_000, { clock: 'packet' }), reassemble());
 * ```
 */
export function fromJetStream(options: FromJetStreamOptions): Observable<ShippedPacket> {
	const checked = checkOptions<FromJetStreamOptions>('fromJetStream', checks, options);
	for (const name of ['connection', 'stream', 'shard'] as const) {
		if (checked[name] === undefined) throw new TypeError(`fromJetStream: option ${name} is needed`);
	}
	return new Observable(out => {
		readShard(checked, out).then(
			() => out.complete(),
			(error: unknown) => out.error(natsErrorOf(error)),
		);
	});
}

const checks = {
	connection: aConnection,
	stream: aName,
	shard: wholeNumber,
	from: wholeNumber,
	sensors: wholeNumberTo(SHARDS_MAX),
	mergeWindowMs: milliseconds,
	mergeWindowBatches: wholeNumberTo(65_536),
	completes: boolean,
	valve: instanceOf(Valve, 'a Valve'),
};

async function readShard(options: FromJetStreamOptions, out: Subscriber<ShippedPacket>): Promise<void> {
	const { connection, stream, shard, from = 1, sensors = 1, completes = true, valve } = options;
	const { mergeWindowMs: windowMs = MERGE_WINDOW_MS, mergeWindowBatches: windowBatches = MERGE_WINDOW_BATCHES } = options;
	const dead = new Publisher(Link.of(connection), DEAD_IN_FLIGHT);
	const reader = new ShardReader(shard, { sensors, windowMs, windowBatches });
	const messages = shardMessages(connection, stream, shard, from, IDLE_MS);
	out.add(() => void messages.return());
	for await (const message of messages) {
		if (out.closed) return;
		if (message === undefined) continue;
		const packets = reader.take(message.sequence, message.bytes);
		if (typeof packets === 'string') dead.publish(deadLetter(stream, shard, message.sequence, message.bytes, packets));
		else for (const packet of packets) out.next(packet);
		await dead.noMoreThan(DEAD_IN_FLIGHT);
		if (reader.merge.hasEnded && completes) break;
		while (valve?.isOpen === false && !out.closed) await valve.opened();
	}
	await dead.noMoreThan(0);
	for (const packet of reader.merge.rest()) out.next(packet);
}
