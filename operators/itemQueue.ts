import { Subscriber } from 'rxjs';
import { Fifo } from '../src/assembly/fifo.js';
import type { Backlog } from '../src/valve.js';

/** More came than may wait, from something that cannot be paused. */
export class OverflowError extends Error {
	override readonly name = 'OverflowError';

	constructor(
		/** The limit, in bytes. */
		readonly maxBufferedBytes: number,
	) {
		super(`more than ${maxBufferedBytes} bytes wait: the consumer is too slow for a source that does not pause`);
	}
}

/** What an {@link ItemQueue} has to know. */
export interface ItemQueueSettings<T> {
	readonly backlog: Backlog | undefined;
	readonly maxBufferedBytes: number;
	readonly size: (item: T) => number;
	readonly dropped: { next(item: T): void } | undefined;
}

interface Waiting<T> {
	readonly item: T;
	readonly bytes: number;
}

/** Who waits for an item: what a call of `next()` has promised. */
interface Asker<T> {
	resolve(result: IteratorResult<T, undefined>): void;
	reject(error: unknown): void;
}

/** What an item that waits costs besides its bytes, roughly: itself, and its place in the queue. */
const ITEM_BYTES = 256;

const done: IteratorResult<never, undefined> = { done: true, value: undefined };

/** The items of one loop that have come and were not asked for, or the calls that asked for what has not come. */
export class ItemQueue<T> extends Subscriber<T> {
	private readonly items = new Fifo<Waiting<T>>();
	private readonly askers = new Fifo<Asker<T>>();
	private bytes = 0;
	private failure: { readonly error: unknown } | undefined = undefined;

	constructor(private readonly settings: ItemQueueSettings<T>) {
		super();
	}

	/** What the loop is given. */
	readonly iterator: AsyncIterableIterator<T, undefined> = {
		next: () => this.ask(),
		return: async () => {
			this.giveUp();
			return done;
		},
		throw: async error => {
			this.giveUp();
			throw error;
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};

	protected override _next(item: T): void {
		const asker = this.askers.shift();
		if (asker !== undefined) {
			asker.resolve({ done: false, value: item });
			return;
		}
		try {
			this.keep(item);
		} catch (error) {
			this._error(error);
		}
	}

	protected override _error(error: unknown): void {
		const asker = this.askers.shift();
		if (asker === undefined) this.failure = { error };
		else asker.reject(error);
		this.end();
	}

	protected override _complete(): void {
		this.end();
	}

	private keep(item: T): void {
		const { size, maxBufferedBytes, dropped } = this.settings;
		const bytes = ITEM_BYTES + size(item);
		if (!Number.isFinite(bytes) || bytes < ITEM_BYTES) {
			throw new TypeError(`toAsyncIterable: size must give a number of bytes, 0 or more, but gave ${bytes - ITEM_BYTES}`);
		}
		if (this.bytes + bytes <= maxBufferedBytes) {
			this.items.push({ item, bytes });
			this.count(bytes);
		} else if (dropped === undefined) throw new OverflowError(maxBufferedBytes);
		else dropped.next(item);
	}

	private ask(): Promise<IteratorResult<T, undefined>> {
		const waiting = this.items.shift();
		if (waiting !== undefined) {
			this.count(-waiting.bytes);
			return Promise.resolve({ done: false, value: waiting.item });
		}
		const { failure } = this;
		this.failure = undefined;
		if (failure !== undefined) return Promise.reject(failure.error);
		if (this.closed) return Promise.resolve(done);
		return new Promise((resolve, reject) => this.askers.push({ resolve, reject }));
	}

	/** Nothing more comes; what waits can still be asked for. */
	private end(): void {
		for (let asker = this.askers.shift(); asker !== undefined; asker = this.askers.shift()) asker.resolve(done);
		this.unsubscribe();
	}

	/** Nothing more is asked for. */
	private giveUp(): void {
		while (this.items.shift() !== undefined);
		this.failure = undefined;
		this.settings.backlog?.leave();
		this.end();
	}

	private count(bytes: number): void {
		this.bytes += bytes;
		this.settings.backlog?.is(this.bytes);
	}
}
