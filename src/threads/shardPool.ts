import type { Subscriber } from 'rxjs';
import { Flush } from '../assembly/flush.js';
import { errorOf, type FromShard, failureOf, type ShardErrorCode, SharedCounts } from '../shards/protocol.js';
import { shardOf } from '../shards/shardOf.js';
import type { Segment } from '../wire/segment.js';
import { ShardError } from './shardError.js';
import { type ShardPlan, ShardThread } from './shardThread.js';

/** How long something may wait for more to share its batch, in ms: so much later is live traffic. */
const LINGER_MS = 2;
/** A worker that has done nothing for so many seconds is given up. They are counted one by one, since a machine may sleep. */
const STALL_SECONDS = 60;

/** How a source has ended: with an error, or without. */
export interface SourceEnd {
	readonly error?: unknown;
}

/** Something that a worker has said. */
interface Heard {
	readonly thread: ShardThread;
	readonly message: FromShard;
}

/** The workers of one subscription, and the line in which what they say waits to be handed out. */
export class ShardPool<T> {
	private readonly threads: readonly ShardThread[];
	private inbox: Heard[] = [];
	private isHandingOut = false;
	/** Workers of which nothing is left to be handed out. */
	private done = 0;
	private isStopped = false;
	private timer: NodeJS.Timeout | undefined = undefined;
	private sourceEnd: SourceEnd | undefined = undefined;

	/** @throws DataCloneError if the data cannot be sent. */
	constructor(
		plan: Omit<ShardPlan, 'shard' | 'shared'>,
		private readonly out: Subscriber<T>,
	) {
		const { shards } = plan;
		const shared = SharedCounts.memoryFor(shards);
		const listener = {
			heard: (thread: ShardThread, message: FromShard) => this.hear({ thread, message }),
			makeWay: (thread: ShardThread) => this.makeWay(thread),
		};
		this.threads = Array.from({ length: shards }, (_, shard) => new ShardThread({ ...plan, shard, shared }, listener));
	}

	add(item: Segment | Flush): void {
		const { threads } = this;
		if (item instanceof Flush) for (const thread of threads) thread.addFlush(item);
		else threads[shardOf(item, threads.length)]?.add(item);
		if (this.timer === undefined) this.sendLater();
	}

	/** Tells all workers that the source has ended. When they are done, that is passed on. */
	end(end: SourceEnd): void {
		this.sourceEnd = end;
		for (const thread of this.threads) thread.end('error' in end ? failureOf(end.error) : undefined);
	}

	/** Ends all workers. */
	stop(): void {
		if (this.isStopped) return;
		this.isStopped = true;
		clearTimeout(this.timer);
		for (const thread of this.threads) thread.stop();
	}

	/** What is said while something is handed out (since a consumer made the source emit) waits until that is done. */
	private hear(heard: Heard): void {
		this.inbox.push(heard);
		if (this.isHandingOut) return;
		this.isHandingOut = true;
		while (this.inbox.length > 0) {
			const { inbox } = this;
			this.inbox = [];
			for (const { thread, message } of inbox) if (!this.isStopped) this.handOut(thread, message);
		}
		this.isHandingOut = false;
	}

	private handOut(thread: ShardThread, message: FromShard): void {
		if (message.kind === 'failed') this.fail(thread, message.code, errorOf(message.failure));
		else if (message.kind === 'done') this.finish();
		else
			for (const value of thread.unpacker.unpack(message.parcel)) {
				if (this.isStopped) return;
				this.out.next(value as T);
			}
	}

	private finish(): void {
		if (++this.done < this.threads.length) return;
		this.isStopped = true;
		clearTimeout(this.timer);
		for (const thread of this.threads) thread.leave();
		if (this.sourceEnd !== undefined && 'error' in this.sourceEnd) this.out.error(this.sourceEnd.error);
		else this.out.complete();
	}

	private fail(thread: ShardThread, code: ShardErrorCode, cause: Error): void {
		const words = code === 'not-cloneable' ? 'a result cannot be sent to the main thread: map it to plain data in the shard. ' : '';
		this.out.error(new ShardError(code, thread.shard, `${words}${cause.message}`, cause));
	}

	/**
	 * Takes results, and waits for credit. A source that emits synchronously knows no other way to be told to wait; the
	 * results that come meanwhile are handed out, so that they need no memory.
	 */
	private makeWay(thread: ShardThread): void {
		for (let seconds = 0; seconds < STALL_SECONDS; ) {
			for (const each of this.threads) if (each !== thread) each.listen();
			const hasCredit = thread.waitForCredit();
			if (this.isStopped || hasCredit) return;
			seconds = hasCredit === undefined ? seconds + 1 : 0;
		}
		this.fail(thread, 'stalled', new Error(`it has done nothing for ${STALL_SECONDS} s`));
	}

	/** Sends what waits when there is time, so that nothing waits for long for more to come. */
	private sendLater(): void {
		this.timer = setTimeout(() => {
			this.timer = undefined;
			// Where there is no credit, the worker has enough to do.
			for (const thread of this.threads) if (thread.hasCredit) thread.send();
			if (this.threads.some(thread => thread.isFilling)) this.sendLater();
		}, LINGER_MS);
	}
}
