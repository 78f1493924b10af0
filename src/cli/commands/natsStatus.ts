import { streamStatus } from '../../nats/streamStatus.js';
import { type NatsOptions, withNats } from '../natsOptions.js';
import type { Output } from '../output.js';
import { type Column, tableHeader, tableRow } from '../table.js';

/** The flags of `nats status`. */
export interface NatsStatusOptions extends NatsOptions {
	readonly stream: string;
	readonly group: string;
	readonly json?: boolean;
}

/** Prints how far the workers of a group are, a line a shard. */
export async function natsStatus(options: NatsStatusOptions, output: Output): Promise<void> {
	const status = await withNats(options, connection => streamStatus(connection, options.stream, options.group));
	if (options.json) {
		output.json(status);
		return;
	}
	output.line(tableHeader(columns));
	for (const { shard, messages, lag, from, processed, done, worker, deadLetters } of status.shards) {
		output.line(tableRow(columns, [shard, messages, lag, from, processed, deadLetters, done ? 'done' : (worker ?? '-')].map(String)));
	}
}

const columns: readonly Column[] = [
	{ title: 'SHARD', width: 5, right: true },
	{ title: 'MESSAGES', width: 10, right: true },
	{ title: 'LAG', width: 10, right: true },
	{ title: 'FROM', width: 10, right: true },
	{ title: 'PROCESSED', width: 10, right: true },
	{ title: 'DEAD', width: 6, right: true },
	{ title: 'WORKER', width: 36 },
];
