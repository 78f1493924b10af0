import type { Parcel } from './parcel.js';

/** Says that no batch comes after those that were sent: the source has completed, or failed. */
export interface EndOfSource {
	readonly failure: Failure | undefined;
}

/** What the main thread sends to a shard: batches, and the end. */
export type ToShard = ArrayBuffer | EndOfSource;

/** What a shard says. */
export type FromShard =
	| { readonly kind: 'results'; readonly parcel: Parcel }
	/** Its pipeline has completed: nothing more comes. */
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly code: ShardErrorCode; readonly failure: Failure };

/** Why a shard failed. */
export type ShardErrorCode =
	/** Its module could not be loaded, or does not call `serveShard`. */
	| 'not-loaded'
	/** Its pipeline ended with an error, or something was thrown that nobody caught. */
	| 'failed'
	/** It ended before its work did. */
	| 'exited'
	/** A result cannot be sent to the main thread. */
	| 'not-cloneable'
	/** It took longer over a few batches than anyone would wait. */
	| 'stalled';

/** An error as it travels between threads. */
export interface Failure {
	readonly name: string;
	readonly message: string;
	readonly stack: string | undefined;
	readonly code: string | undefined;
}

/** The memory that the main thread and the shards share: two words for each shard. */
export class SharedCounts {
	private readonly words: Int32Array;

	constructor(memory: SharedArrayBuffer) {
		this.words = new Int32Array(memory);
	}

	static memoryFor(shards: number): SharedArrayBuffer {
		return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT * shards);
	}

	/** Batches that a shard has finished. */
	finished(shard: number): number {
		return Atomics.load(this.words, 2 * shard);
	}

	/** Counts one more. Wakes the main thread only if that is as many as it wants: a thread that wakes costs another its turn. */
	finish(shard: number): void {
		const finished = Atomics.add(this.words, 2 * shard, 1) + 1;
		if (finished >= Atomics.load(this.words, 2 * shard + 1)) Atomics.notify(this.words, 2 * shard);
	}

	/** Counts one that never was, and wakes the main thread, so that it listens: a shard has said its last word. */
	alarm(shard: number): void {
		Atomics.add(this.words, 2 * shard, 1);
		Atomics.notify(this.words, 2 * shard);
	}

	/**
	 * Waits until a shard has finished as many as are wanted, or says its last word, for so many ms at most.
	 *
	 * @param finished how many it had finished when it was seen last: if that is not so any more, there is no waiting.
	 * @returns whether it has finished any.
	 */
	wait(shard: number, finished: number, wanted: number, ms: number): boolean {
		Atomics.store(this.words, 2 * shard + 1, wanted);
		Atomics.wait(this.words, 2 * shard, finished, ms);
		return this.finished(shard) !== finished;
	}
}

export function failureOf(error: unknown): Failure {
	if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, code: undefined };
	const { name, message, stack } = error;
	const code: unknown = Reflect.get(error, 'code');
	return { name, message, stack, code: typeof code === 'string' ? code : undefined };
}

/** The error that it was, as far as it can be made again. */
export function errorOf({ name, message, stack, code }: Failure): Error {
	const error = new Error(message);
	Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
	if (stack !== undefined) error.stack = stack;
	return code === undefined ? error : Object.assign(error, { code });
}
