import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { Link } from './link.js';
import { NatsError } from './natsError.js';

const NANOSECONDS_PER_MS = 1e6;
/** Batches are sent again within seconds. */
const PACKETS_DUPLICATE_MS = 120_000;
const describing = /^rx-reassembly: packets in (\d+) shards$/;

/** The stream that packets are shipped to: makes it, on disk, where there is none. */
export async function ensurePacketStream(connection: NatsConnection, stream: string, shards: number): Promise<void> {
	const known = await shardsOf(connection, stream);
	if (known === shards) return;
	if (known !== undefined) throw new NatsError('other-stream', `stream ${stream} has ${known} shards, not ${shards}`);
	const manager = await managerOf(connection);
	const { StorageType } = Link.of(connection).clients.jetstream;
	await asked(
		manager.streams.add({
			name: stream,
			description: `rx-reassembly: packets in ${shards} shards`,
			subjects: [`${stream}.packets.*`, `${stream}.dead.*`],
			storage: StorageType.File,
			duplicate_window: PACKETS_DUPLICATE_MS * NANOSECONDS_PER_MS,
		}),
	);
}

/** How many shards a stream of packets has; undefined if there is no such stream. */
export async function shardsOf(connection: NatsConnection, stream: string): Promise<number | undefined> {
	const manager = await managerOf(connection);
	const info = await manager.streams.info(stream).catch((error: unknown) => {
		if (isNotFound(error)) return undefined;
		throw natsErrorOf(error);
	});
	if (info === undefined) return undefined;
	const shards = Number(describing.exec(info.config.description ?? '')?.[1]);
	if (shards >= 1 && shards <= SHARDS_MAX) return shards;
	throw new NatsError('other-stream', `stream ${stream} is none of packets: its description does not say how many shards it has`);
}

/** The stream that keeps what is published to a subject: makes one, on disk, where there is none. */
export async function ensureResultStream(connection: NatsConnection, subject: string, duplicateWindowMs: number): Promise<void> {
	const manager = await managerOf(connection);
	const found = await manager.streams.find(subject).catch(() => undefined);
	if (found !== undefined) return;
	const { StorageType } = Link.of(connection).clients.jetstream;
	const name = subject.replaceAll(/[^A-Za-z0-9_-]/g, '_');
	await asked(
		manager.streams.add({
			name,
			description: 'rx-reassembly: results',
			subjects: [subject],
			storage: StorageType.File,
			duplicate_window: duplicateWindowMs * NANOSECONDS_PER_MS,
		}),
	);
}

export async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
	return asked(Link.of(connection).clients.jetstream.jetstreamManager(connection));
}

/** What a server answers, or its error as ours. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
	return answer.catch((error: unknown) => {
		throw natsErrorOf(error);
	});
}

export function natsErrorOf(cause: unknown): NatsError {
	if (cause instanceof NatsError) return cause;
	const { name, message } = cause as Error;
	if (/Authorization|Authentication|PermissionViolation/i.test(name)) return new NatsError('not-authorized', `NATS: ${message}`, { cause });
	if (isNotFound(cause) || name === 'JetStreamNotEnabled') return new NatsError('no-stream', `NATS: ${message}`, { cause });
	return new NatsError('server', `NATS: ${message}`, { cause });
}

/** 10059: stream not found. */
const isNotFound = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 10059;
