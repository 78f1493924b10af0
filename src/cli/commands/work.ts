import { concat, filter, fromEvent, ignoreElements, map, take, tap } from 'rxjs';
import { parseWith } from '../../../operators/parseWith.js';
import type { ConnectionWork } from '../../nats/shardEngine.js';
import { ensureResultStream } from '../../nats/streams.js';
import { workShards } from '../../nats/workShards.js';
import { createHttp1 } from '../../protocols/http1.js';
import { tls } from '../../protocols/tls.js';
import { complain } from '../complain.js';
import { ConnectionSummary } from '../connectionSummary.js';
import { CLOSE_IDLE_MS, FLUSH_OLDER_THAN_MS } from '../defaults.js';
import { type NatsOptions, withNats } from '../natsOptions.js';
import { jsonOf } from './httpLines.js';
import { jsonOf as tlsJsonOf } from './tls.js';

/** What there is to be made of connections. */
export type Kind = 'http' | 'flows' | 'tls';

/** The flags of `work`. */
export interface WorkOptions extends NatsOptions {
	readonly stream: string;
	readonly to: string;
	readonly group?: string;
	readonly shards?: readonly number[];
	readonly sensors: number;
	readonly mergeWindow?: number;
	readonly lease?: number;
	readonly duplicateWindow: number;
	readonly maxReplay?: number;
	readonly checksums: 'ignore' | 'verify';
	readonly flushOlderThan?: number;
	readonly closeIdle?: number;
}

/** Works on shards until they are done, or Ctrl-C. */
export async function work(kind: Kind, options: WorkOptions): Promise<void> {
	const { stream, to, group = kind, shards, sensors, mergeWindow, lease, duplicateWindow, maxReplay, checksums } = options;
	const { flushOlderThan: flushOlderThanMs = FLUSH_OLDER_THAN_MS, closeIdle: closeIdleMs = CLOSE_IDLE_MS } = options;
	const stopping = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'])
		fromEvent(process, signal)
			.pipe(take(1))
			.subscribe(() => stopping.abort());
	const counters = await withNats(options, async connection => {
		await ensureResultStream(connection, to, duplicateWindow);
		return workShards({
			connection,
			stream,
			to,
			group,
			work: works[kind],
			shards,
			sensors,
			mergeWindowMs: mergeWindow,
			leaseMs: lease,
			maxReplayBatches: maxReplay,
			engine: { checksums, flushOlderThanMs, closeIdleMs },
			signal: stopping.signal,
		});
	});
	complain(
		Object.entries(counters)
			.map(([name, count]) => `${name} ${count}`)
			.join(', '),
	);
}

const parser = createHttp1({ maxBodyBytes: 0 });

/** The lines of `http --json`, of `flows --json` and of `tls --json`. */
const works: Readonly<Record<Kind, ConnectionWork>> = {
	http: connection =>
		connection.pipe(
			parseWith(parser),
			map(exchange => JSON.stringify(jsonOf(exchange))),
		),
	flows(connection, forgotten) {
		const summary = new ConnectionSummary(connection.key, undefined);
		const chunks = connection.pipe(
			tap(chunk => summary.add(chunk)),
			ignoreElements(),
		);
		// The last ACK, and what was repeated, still count.
		return concat(chunks, forgotten.pipe(map(() => JSON.stringify(summary.line()))));
	},
	tls: connection =>
		connection.pipe(
			parseWith(tls),
			filter(message => message.type === 'session'),
			map(session => JSON.stringify(tlsJsonOf(session))),
		),
};
