import type { JetStreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { workerKey } from './names.js';

/** Which workers there are: each has an entry among the leases, which expires like them. */
export class Presence {
	constructor(
		private readonly leases: KV,
		private readonly manager: JetStreamManager,
		/** The name of the bucket. */
		private readonly bucket: string,
		private readonly worker: string,
	) {}

	async renew(): Promise<void> {
		await this.leases.put(workerKey(this.worker), this.worker);
	}

	/** How many there are. Asked of the server in one question: a watch may wait forever for an entry that has just expired. */
	async count(): Promise<number> {
		const filter = this.subject('*');
		const { state } = await this.manager.streams.info(this.stream, { subjects_filter: filter });
		return Object.keys(state.subjects ?? {}).length;
	}

	async leave(): Promise<void> {
		await this.manager.streams.purge(this.stream, { filter: this.subject(this.worker) });
	}

	private get stream(): string {
		return `KV_${this.bucket}`;
	}

	private subject(worker: string): string {
		return `$KV.${this.bucket}.${workerKey(worker)}`;
	}
}
