import type { NatsConnection } from '@nats-io/transport-node';
import { Link } from './link.js';
import { packetSubject } from './names.js';

/** A stored message of a shard. */
export interface StoredMessage {
	/** Its number in the stream. */
	readonly sequence: number;
	readonly bytes: Uint8Array;
	/** Messages of the shard that come after it, so far as the server knew. */
	readonly behind: number;
}

/** Messages that are asked for at once: of 64 KiB each, 4 MiB. */
const MESSAGES_AHEAD = 64;
const PAUSE_MS = 300;

/**
 * The messages of one shard, from one on, in order; it waits for those to come. Restarts of the server are no end of it.
 * Undefined comes whenever nothing has come for `idleMs`.
 */
export async function* shardMessages(
	connection: NatsConnection,
	stream: string,
	shard: number,
	from: number,
	idleMs: number,
): AsyncGenerator<StoredMessage | undefined, void, void> {
	const link = Link.of(connection);
	const { DeliverPolicy } = link.clients.jetstream;
	for (let next = from; ; ) {
		await link.up();
		let forgetReconnects: () => unknown = () => undefined;
		try {
			const consumer = await link.js.consumers.get(stream, {
				filter_subjects: packetSubject(stream, shard),
				deliver_policy: DeliverPolicy.StartSequence,
				opt_start_seq: next,
			});
			const messages = await consumer.consume({ max_messages: MESSAGES_AHEAD });
			forgetReconnects = link.onReconnect(() => messages.stop());
			try {
				for await (const message of orIdle(messages, idleMs)) {
					if (message === undefined) {
						yield undefined;
						continue;
					}
					if (message.seq < next) continue;
					next = message.seq + 1;
					yield { sequence: message.seq, bytes: message.data, behind: message.info.pending };
				}
			} finally {
				messages.stop();
			}
		} catch (error) {
			if (connection.isClosed()) throw error;
			if (isMissing(error)) throw error;
		} finally {
			forgetReconnects();
		}
		yield undefined;
		await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
	}
}

const isMissing = (error: unknown): boolean => (error as Error | undefined)?.name === 'StreamNotFoundError';

/** The items as they come, and undefined whenever none has come for that long. */
async function* orIdle<T>(items: AsyncIterable<T>, idleMs: number): AsyncGenerator<T | undefined, void, void> {
	const iterator = items[Symbol.asyncIterator]();
	let pending: Promise<IteratorResult<T>> | undefined;
	for (;;) {
		pending ??= iterator.next();
		let timer: NodeJS.Timeout | undefined;
		const idle = new Promise<undefined>(resolve => {
			timer = setTimeout(resolve, idleMs, undefined);
		});
		const came = await Promise.race([pending, idle]);
		clearTimeout(timer);
		if (came === undefined) {
			yield undefined;
			continue;
		}
		pending = undefined;
		if (came.done === true) return;
		yield came.value;
	}
}
