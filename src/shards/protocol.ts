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

/** Words of the memory that all threads share. */
export const SharedWord = {
	/** Counts everything that any shard says or finishes: the main thread waits for it to change. */
	news: 0,
	/** Batches that each shard has finished; one word each. */
	finished: 1,
} as const;

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
