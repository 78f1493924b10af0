import { Packer } from '../shards/packer.js';
import { type FromShard, failureOf, type ShardErrorCode, SharedCounts } from '../shards/protocol.js';
import type { ShardStart } from './shardStart.js';

/** Results that are gathered before they are sent in the middle of a batch, and bytes of them. */
const RESULTS_MAX = 4096;
const RESULT_BYTES_MAX = 512 * 1024;

/** What a shard says to the main thread. */
export class ToMain {
	private readonly packer = new Packer();
	private readonly counts: SharedCounts;

	constructor(private readonly start: Pick<ShardStart, 'port' | 'shared' | 'shard'>) {
		this.counts = new SharedCounts(start.shared);
	}

	/** Adds a result to those that will be sent. */
	add(value: unknown): void {
		const { packer } = this;
		packer.add(value);
		if (packer.length >= RESULTS_MAX || packer.size >= RESULT_BYTES_MAX) this.sendResults();
	}

	/** @returns false if they cannot be sent: then it has failed. */
	sendResults(): boolean {
		const { packer } = this;
		if (packer.length === 0) return true;
		const parcel = packer.take();
		try {
			const message: FromShard = { kind: 'results', parcel };
			this.start.port.postMessage(message, [parcel.tape.buffer as ArrayBuffer, parcel.bytes.buffer as ArrayBuffer]);
			return true;
		} catch (error) {
			this.fail('not-cloneable', error);
			return false;
		}
	}

	complete(): void {
		if (this.sendResults()) this.sayLast({ kind: 'done' });
	}

	fail(code: ShardErrorCode, error: unknown): void {
		this.sayLast({ kind: 'failed', code, failure: failureOf(error) });
	}

	/** Says that one more batch is done, after all that came of it. */
	finishBatch(): void {
		this.counts.finish(this.start.shard);
	}

	private sayLast(message: FromShard): void {
		this.start.port.postMessage(message);
		this.counts.alarm(this.start.shard);
	}
}
