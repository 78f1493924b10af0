import type { NatsConnection } from '@nats-io/transport-node';
import { Observable, type OperatorFunction } from 'rxjs';
import { OperatorSubscriber } from '../../operators/operatorSubscriber.js';
import { checkOptions, instanceOf, interval, nonEmptyText, wholeNumber, wholeNumberTo } from '../codec.js';
import type { Packet } from '../packet.js';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { SENSOR_BYTES_MAX } from '../shipping/batchLayout.js';
import { Valve } from '../valve.js';
import { aConnection, aName } from './checks.js';
import { Shipment } from './shipment.js';

/** What {@link toJetStream} is told. */
export interface ToJetStreamOptions {
	/** Made by `connect()` of `@nats-io/transport-node`, or {@link connectNats}. It stays open. */
	readonly connection: NatsConnection;
	/** The name of the stream of packets, which is there: see {@link ensurePacketStream}. */
	readonly stream: string;
	/** As many as the stream has. */
	readonly shards: number;
	/** The name of this sensor: 1 to 255 bytes of UTF-8. No two that run at the same time may share one. */
	readonly sensor: string;
	/** Which run of the sensor it is; a later one has a greater number. The same run shipped again is stored once. Default: now, in ms. */
	readonly run?: number | undefined;
	/** A batch is sent before it is larger, in bytes; a packet that is larger goes alone. At most 512 KiB. Default 64 KiB. */
	readonly batchBytes?: number | undefined;
	/** A batch is sent when its first packet has waited for this long, in ms. Default 20. */
	readonly lingerMs?: number | undefined;
	/** Batches that the store has not acknowledged, at most. Default 32. */
	readonly maxInFlight?: number | undefined;
	/** Bytes that wait to be acknowledged, at most; packets beyond are dropped and counted. Default 64 MiB. */
	readonly maxWaitingBytes?: number | undefined;
	/** Shared with the source: a file waits while more than 4 MiB are not acknowledged. Without it, or of a live source, packets may be dropped. */
	readonly valve?: Valve | undefined;
}

/** What was shipped when all is acknowledged. */
export interface Shipped {
	/** Packets that came. */
	readonly packets: number;
	/** Packets that were stored. */
	readonly shipped: number;
	/** Packets that were dropped, since the store did not keep up. */
	readonly dropped: number;
	/** Packets that have no shard: no TCP in them, or fragments of a datagram that never became whole. */
	readonly withoutShard: number;
	readonly batches: number;
	/** Bytes of the batches. */
	readonly bytes: number;
	/** Batches that had to be sent again. */
	readonly resent: number;
}

/**
 * Ships packets to a JetStream stream, in shards: both directions of a connection go to the same one, and fragments go with
 * their datagram. Emits one {@link Shipped} when the source is complete and the store has acknowledged everything; each shard
 * is told then that nothing more comes of this sensor.
 *
 * Packets go in batches. Each is sent, with the same `Nats-Msg-Id`, until the store has acknowledged it: also over restarts of
 * the server. No more than `maxInFlight` are on their way, and no more than `maxWaitingBytes` wait.
 *
 * Errors: {@link NatsError} `closed`, `not-authorized`, `server`; those of the source, after what came before them was stored.
 *
 * @throws TypeError at the call if an option is wrong. NatsError `nats-missing` without the clients.
 * @example
 * ```js
 * const connection = await connectNats({ url: 'nats://127.0.0.1:4222' });
 * await ensurePacketStream(connection, 'tap', 4);
 * const valve = new Valve();
 * const shipped = await lastValueFrom(
 *   fromFile('capture.pcap', { valve }).pipe(toJetStream({ connection, stream: 'tap', shards: 4, sensor: 'east', valve })),
 * );
 * ```
 */
export function toJetStream(options: ToJetStreamOptions): OperatorFunction<Packet, Shipped> {
	const checked = checkOptions<ToJetStreamOptions>('toJetStream', checks, options);
	for (const name of ['connection', 'stream', 'shards', 'sensor'] as const) {
		if (checked[name] === undefined) throw new TypeError(`toJetStream: option ${name} is needed`);
	}
	if (new TextEncoder().encode(checked.sensor).length > SENSOR_BYTES_MAX) {
		throw new TypeError(`toJetStream: option sensor must be a text of at most ${SENSOR_BYTES_MAX} bytes`);
	}
	return packets =>
		new Observable(out => {
			const shipment = new Shipment(checked, error => out.error(error));
			out.add(() => shipment.abandon());
			const finish = (ends: boolean, then: () => void) => {
				shipment.finish(ends).then(then, (error: unknown) => out.error(error));
			};
			packets.subscribe(
				new OperatorSubscriber<Packet, Shipped>(out, {
					next: packet => shipment.take(packet),
					error: error => finish(false, () => out.error(error)),
					complete: () =>
						finish(true, () => {
							out.next(shipment.shipped);
							out.complete();
						}),
				}),
			);
		});
}

const BATCH_BYTES_MAX = 512 * 1024;

const checks = {
	connection: aConnection,
	stream: aName,
	shards: wholeNumberTo(SHARDS_MAX),
	sensor: nonEmptyText,
	run: wholeNumber,
	batchBytes: wholeNumberTo(BATCH_BYTES_MAX),
	lingerMs: interval,
	maxInFlight: wholeNumberTo(256),
	maxWaitingBytes: wholeNumberTo(2 ** 40),
	valve: instanceOf(Valve, 'a Valve'),
};
