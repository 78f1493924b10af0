import type { KV } from '@nats-io/kv';
import { beginning, type Checkpoint, readCheckpoint, writeCheckpoint } from '../shipping/checkpoint.js';
import { shardKey } from './names.js';
import { NatsError } from './natsError.js';

/** A checkpoint is left out if it is larger: the one before it still holds. */
const BYTES_MAX = 900 * 1024;

/** The checkpoint of one shard in its bucket. Who writes must have seen what was written before. */
export class Checkpoints {
	private revision = 0;

	constructor(
		private readonly kv: KV,
		private readonly shard: number,
	) {}

	async read(): Promise<Checkpoint> {
		const entry = await this.kv.get(shardKey(this.shard));
		this.revision = entry?.revision ?? 0;
		if (entry === null || entry.operation !== 'PUT') return beginning;
		const checkpoint = readCheckpoint(entry.value);
		if (checkpoint === undefined)
			throw new NatsError('other-stream', `the checkpoint of shard ${this.shard} is none that this version knows`);
		return checkpoint;
	}

	/** False if it was too large to be kept. */
	async write(checkpoint: Checkpoint): Promise<boolean> {
		const bytes = writeCheckpoint(checkpoint);
		if (bytes.length > BYTES_MAX) return false;
		const { kv, shard, revision } = this;
		this.revision = await (revision === 0 ? kv.create(shardKey(shard), bytes) : kv.update(shardKey(shard), bytes, revision));
		return true;
	}
}
