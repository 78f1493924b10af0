import type { NatsConnection } from '@nats-io/transport-node';
import type { Checkpoints } from './checkpoints.js';
import { deadLetter } from './deadLetter.js';
import type { Lease } from './lease.js';
import { Link } from './link.js';
import { NatsError } from './natsError.js';
import { Publisher } from './publisher.js';
import type { ConnectionWork, Result } from './shardEngine.js';
import { shardMessages } from './shardMessages.js';
import { ShardWork, type ShardWorkSettings } from './shardWork.js';

/** Messages that are there already, and give nothing to publish, come without a pause; leases are renewed in these. */
const BREATHE_MS = 20;

/** What a runner needs beside its lease. */
export interface RunnerSettings extends ShardWorkSettings {
	readonly connection: NatsConnection;
	readonly stream: string;
	/** Where results go. */
	readonly to: string;
	/** What the ids of results begin with, so that groups do not meet. */
	readonly group: string;
	readonly checkpointMs: number;
	readonly maxInFlight: number;
}

/** What was done, counted. */
export interface WorkCounters {
	messages: number;
	results: number;
	/** Results that the results stream had already. */
	known: number;
	deadLetters: number;
	/** Batches that never came. */
	missing: number;
	/** Connections whose work failed. */
	failed: number;
	checkpoints: number;
	/** Leases that were lost: not renewed in time, so that another may go on from the checkpoint. */
	lost: number;
	/** Times that the server was gone, or did not answer in time, and it was tried again. */
	retried: number;
}

/** Works on one shard under a lease. */
export class ShardRunner {
	private readonly publisher: Publisher;
	private shard: ShardWork | undefined = undefined;
	private stopping = false;
	private checkpointAt = 0;

	constructor(
		private readonly work: ConnectionWork,
		private readonly settings: RunnerSettings,
		private readonly lease: Lease,
		private readonly checkpoints: Checkpoints,
		private readonly counters: WorkCounters,
	) {
		this.publisher = new Publisher(Link.of(settings.connection), settings.maxInFlight, () => lease.isHeld);
	}

	/** Ends it with a checkpoint, soon. */
	stop(): void {
		this.stopping = true;
	}

	/** Works until the shard is done (then true), it is told to stop, or the lease is lost, which is thrown. */
	async run(): Promise<boolean> {
		const { connection, stream, shard, checkpointMs } = this.settings;
		const start = await this.checkpoints.read();
		if (start.done) return true;
		const work = new ShardWork(this.work, this.settings, start);
		this.shard = work;
		this.checkpointAt = performance.now() + checkpointMs;
		let breatheAt = 0;
		try {
			for await (const message of shardMessages(connection, stream, shard, start.from, checkpointMs)) {
				if (message !== undefined) await this.take(work, message.sequence, message.bytes);
				if (performance.now() >= breatheAt) {
					await new Promise(setImmediate);
					breatheAt = performance.now() + BREATHE_MS;
				}
				this.checkLease();
				if (this.stopping || work.hasEnded) break;
				if (performance.now() >= this.checkpointAt) await this.writeCheckpoint(work);
			}
			if (work.hasEnded) this.publish(work.finish());
			await this.writeCheckpoint(work, work.hasEnded);
			return work.hasEnded;
		} finally {
			this.publisher.stop();
			this.counters.known += this.publisher.known;
			this.counters.missing += work.missing;
			this.counters.failed += work.failed;
		}
	}

	/** Connections that are open, or remembered. */
	get connections(): number {
		return this.shard?.connections ?? 0;
	}

	private async take(work: ShardWork, sequence: number, bytes: Uint8Array): Promise<void> {
		const { stream, shard, maxInFlight } = this.settings;
		this.counters.messages += 1;
		const { results, dead } = work.take(sequence, bytes);
		this.publish(results);
		if (dead !== undefined) {
			this.counters.deadLetters += 1;
			this.publisher.publish(deadLetter(stream, shard, sequence, bytes, dead));
		}
		await this.publisher.noMoreThan(maxInFlight);
	}

	private publish(results: readonly Result[]): void {
		const { to, group, stream, shard } = this.settings;
		const headers = { 'Rx-Fence': String(this.lease.fence), 'Rx-Shard': String(shard) };
		for (const { id, value } of results) {
			this.counters.results += 1;
			this.publisher.publish({ subject: to, payload: value, id: `${stream}-${group}-${id}`, headers });
		}
	}

	/** Writes where another can go on, when all results until now are safe. */
	private async writeCheckpoint(work: ShardWork, done = false): Promise<void> {
		const checkpoint = work.checkpoint(this.lease.fence, done);
		await this.publisher.noMoreThan(0);
		this.checkLease();
		if (checkpoint !== undefined && (await this.checkpoints.write(checkpoint))) this.counters.checkpoints += 1;
		this.checkpointAt = performance.now() + this.settings.checkpointMs;
	}

	private checkLease(): void {
		if (!this.lease.isHeld) throw new NatsError('lease-lost', `the lease of shard ${this.settings.shard} was lost`);
	}
}
