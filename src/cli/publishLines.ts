import { lastValueFrom, type Observable, tap } from 'rxjs';
import { Link } from '../nats/link.js';
import { NatsError } from '../nats/natsError.js';
import { Publisher } from '../nats/publisher.js';
import { ensureResultStream } from '../nats/streams.js';
import type { Valve } from '../valve.js';
import { complain } from './complain.js';
import { type NatsOptions, withNats } from './natsOptions.js';

const MAX_IN_FLIGHT = 256;
const HIGH_WATER_MARK = 4 * 2 ** 20;
const MAX_WAITING_BYTES = 64 * 2 ** 20;
const DUPLICATE_WINDOW_MS = 120_000;

/** Publishes lines to the subject that the path of a URL is. A file is paused by the valve; what a device brings too fast is dropped, and told. */
export async function publishLines(
	lines: Observable<string>,
	url: string,
	flags: Omit<NatsOptions, 'nats'>,
	valve: Valve | undefined,
): Promise<void> {
	const [, nats, subject] = /^((?:nats|tls):\/\/[^/]+)\/([^\s/*>]+)$/.exec(url) ?? [];
	if (nats === undefined || subject === undefined) {
		throw new NatsError('server', `${url}: it must be a server and a subject, as in nats://127.0.0.1:4222/exchanges`);
	}
	const dropped = await withNats({ ...flags, nats }, async connection => {
		await ensureResultStream(connection, subject, DUPLICATE_WINDOW_MS);
		const publisher = new Publisher(Link.of(connection), MAX_IN_FLIGHT);
		const backlog = valve?.join(HIGH_WATER_MARK);
		publisher.onChange(() => backlog?.is(publisher.waitingBytes));
		const run = Date.now();
		let [count, lost] = [0, 0];
		const publish = (payload: string) => {
			if (publisher.problem !== undefined) throw publisher.problem;
			if (publisher.waitingBytes >= MAX_WAITING_BYTES) lost += 1;
			else publisher.publish({ subject, payload, id: `${run}-${count++}` });
			backlog?.is(publisher.waitingBytes);
		};
		await lastValueFrom(lines.pipe(tap(publish)), { defaultValue: undefined });
		await publisher.noMoreThan(0);
		return lost;
	});
	if (dropped > 0) complain(`${dropped} lines were dropped: NATS did not keep up`);
}
