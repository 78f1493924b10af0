import type { KV } from '@nats-io/kv';
import { Checkpoints } from './checkpoints.js';
import { Lease } from './lease.js';
import { Link } from './link.js';
import { shardKey } from './names.js';
import { NatsError } from './natsError.js';
import type { Presence } from './presence.js';
import type { ConnectionWork } from './shardEngine.js';
import { type RunnerSettings, ShardRunner, type WorkCounters } from './shardRunner.js';

/** What a worker shares with others. */
export interface WorkerSettings {
	readonly leases: KV;
	readonly checkpoints: KV;
	readonly presence: Presence;
	readonly leaseMs: number;
	readonly shards: readonly number[];
	readonly name: string;
}

interface Running {
	readonly shard: number;
	readonly lease: Lease;
	readonly runner: ShardRunner;
	readonly over: Promise<void>;
}

/** Errors of the clients that go away: the server is not there, or does not answer in time, or somebody else was first. */
const passing: ReadonlySet<string> = new Set([
	'TimeoutError',
	'RequestError',
	'NoRespondersError',
	'ConnectionError',
	'JetStreamError',
	'JetStreamApiError',
	'JetStreamStatusError',
	'ConsumerNotFoundError',
	'JetStreamNotEnabled',
]);

/** A process that works on its share of the shards. */
export class Worker {
	readonly counters: WorkCounters = {
		...{ messages: 0, results: 0, known: 0, deadLetters: 0, missing: 0, failed: 0, checkpoints: 0 },
		...{ lost: 0, retried: 0 },
	};
	private readonly running = new Map<number, Running>();
	private readonly done = new Set<number>();
	private readonly periodMs: number;
	private failure: unknown = undefined;
	private wake: () => void = () => undefined;

	constructor(
		private readonly work: ConnectionWork,
		private readonly runnerSettings: Omit<RunnerSettings, 'shard'>,
		private readonly settings: WorkerSettings,
	) {
		this.periodMs = settings.leaseMs / 5;
	}

	async run(signal: AbortSignal | undefined): Promise<WorkCounters> {
		const { shards } = this.settings;
		const link = Link.of(this.runnerSettings.connection);
		const isAborted = () => signal?.aborted === true;
		signal?.addEventListener('abort', () => this.wake());
		const renewals = setInterval(() => void this.renew(), this.periodMs);
		try {
			while (!isAborted() && this.failure === undefined && this.done.size < shards.length) {
				await link.up();
				await this.balance().catch((error: unknown) => this.note(error));
				await this.pause();
			}
			for (const { runner } of this.running.values()) runner.stop();
			await Promise.all([...this.running.values()].map(({ over }) => over));
		} finally {
			clearInterval(renewals);
			await this.settings.presence.leave().catch(() => undefined);
		}
		if (this.failure !== undefined) throw this.failure;
		return this.counters;
	}

	/** Until something has changed, or it is time to look again. */
	private async pause(): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		await new Promise<void>(resolve => {
			this.wake = resolve;
			timer = setTimeout(resolve, this.periodMs);
		});
		clearTimeout(timer);
	}

	private async renew(): Promise<void> {
		const renewals = [...this.running.values()].map(({ lease }) => lease.renew());
		// Where it fails the leases run out, and that is noticed there.
		await Promise.all([this.settings.presence.renew(), ...renewals]).catch(() => undefined);
	}

	/** Claims what is free, and gives back what is more than its share. */
	private async balance(): Promise<void> {
		const { presence, shards } = this.settings;
		await presence.renew();
		const workers = await presence.count();
		const open = shards.filter(shard => !this.done.has(shard));
		const share = Math.ceil(open.length / Math.max(1, workers));
		const surplus = [...this.running.values()][share];
		if (surplus !== undefined) surplus.runner.stop();
		// Not all workers begin with the same shard.
		const first = Math.floor(Math.random() * open.length);
		for (const shard of [...open.slice(first), ...open.slice(0, first)]) {
			if (this.running.size >= share) return;
			if (!this.running.has(shard)) await this.claim(shard);
		}
	}

	private async claim(shard: number): Promise<void> {
		const { leases, checkpoints, leaseMs, name } = this.settings;
		const lease = await Lease.claim(leases, shardKey(shard), name, leaseMs);
		if (lease === undefined) return;
		const runner = new ShardRunner(this.work, { ...this.runnerSettings, shard }, lease, new Checkpoints(checkpoints, shard), this.counters);
		this.running.set(shard, { shard, lease, runner, over: this.see(shard, lease, runner) });
	}

	/** Sees a runner to its end. */
	private async see(shard: number, lease: Lease, runner: ShardRunner): Promise<void> {
		try {
			if (await runner.run()) this.done.add(shard);
		} catch (error) {
			this.note(error);
		}
		await lease.release();
		this.running.delete(shard);
		this.wake();
	}

	/** What passes is tried again; what does not ends the work. */
	private note(error: unknown): void {
		const isClosed = this.runnerSettings.connection.isClosed();
		const isOurs = error instanceof NatsError;
		const isLost = isOurs && (error.code === 'lease-lost' || (error.code === 'closed' && !isClosed));
		if (!isClosed && isLost) this.counters.lost += 1;
		else if (!isClosed && passing.has((error as Error).name)) this.counters.retried += 1;
		else this.failure ??= error;
	}
}
