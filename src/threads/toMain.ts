import { Packer } from '../shards/packer.js';
import { type FromShard, failureOf, type ShardErrorCode, SharedWord } from '../shards/protocol.js';
import type { ShardStart } from './shardStart.js';

/** Results that are gathered before they are sent in the middle of a batch, and bytes of them. */
const RESULTS_MAX = 4096;
const RESULT_BYTES_MAX = 512 * 1024;

/** What a shard says to the main thread. */
export class ToMain {
	private readonly packer = new Packer();
	private readonly words: Int32Array;

	constructor(private readonly start: Pick<ShardStart, 'port' | 'shared' | 'shard'>) {
		this.words = new Int32Array(start.shared);
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
			this.say({ kind: 'results', parcel }, [parcel.tape.buffer as ArrayBuffer, parcel.bytes.buffer as ArrayBuffer]);
			return true;
		} catch (error) {
			this.fail('not-cloneable', error);
			return false;
		}
	}

	complete(): void {
		if (this.sendResults()) this.say({ kind: 'done' });
	}

	fail(code: ShardErrorCode, error: unknown): void {
		this.say({ kind: 'failed', code, failure: failureOf(error) });
	}

	/** Says that one more batch is done, after all that came of it. */
	finishBatch(): void {
		Atomics.add(this.words, SharedWord.finished + this.start.shard, 1);
		this.wake();
	}

	private say(message: FromShard, transferred: ArrayBuffer[] = []): void {
		this.start.port.postMessage(message, transferred);
		this.wake();
	}

	/** The main thread may be asleep until there is news. */
	private wake(): void {
		Atomics.add(this.words, SharedWord.news, 1);
		Atomics.notify(this.words, SharedWord.news);
	}
}
