import { checkArgument, checkOptions, limit, limitOrNone } from './codec.js';

/** What a {@link Valve} can be told. */
export interface ValveOptions {
	/** Bytes that may wait at all its consumers together. Beyond it the valve is closed, whatever each of them has. Default 64 MiB. */
	readonly maxWaitingBytes?: number | undefined;
}

const MAX_WAITING_BYTES = 64 * 2 ** 20;

/**
 * Lets slow consumers pause the file that feeds them: one valve is given to the source and to all its consumers.
 *
 * It is closed while more waits at any of them than its high-water mark, or at all of them more than `maxWaitingBytes`.
 * A source looks at it before each block (256 KiB of a file): so at a consumer no more waits than its mark, what comes
 * of one block, and what `reassemble` held for that block to come (at most 4 MiB a flow by default). A consumer that
 * has ended, or is given up, counts no more.
 *
 * While a source is paused no packets come, so `flushOlderThan` should be told `clock: 'packet'`: its timer cannot know
 * that the wire is not quiet. A consumer that nobody reads keeps the valve closed, and a paused file alone does not keep
 * a process alive. So two flows of one connection must not be read one after the other: read both at once, or the
 * connection as a whole, or give the valve only to the one that is read first.
 *
 * @throws TypeError if an option is wrong.
 * @example
 * ```ts
 * const valve = new Valve();
 * const chunks = fromFile('capture.pcap', { valve }).pipe(decodeTcp(), reassemble());
 * for await (const chunk of toAsyncIterable(chunks, { valve })) await new Promise(resolve => setTimeout(resolve, 1));
 * ```
 */
export class Valve {
	private readonly maxWaitingBytes: number;
	private bytes = 0;
	/** Consumers that are over their mark. */
	private over = 0;
	private opening: Promise<void> | undefined = undefined;
	private tellOpen: () => void = () => undefined;

	constructor(options: ValveOptions = {}) {
		const { maxWaitingBytes = MAX_WAITING_BYTES } = checkOptions<ValveOptions>('Valve', { maxWaitingBytes: limit }, options);
		this.maxWaitingBytes = maxWaitingBytes;
	}

	/** Whether sources may go on. */
	get isOpen(): boolean {
		return this.over === 0 && this.bytes <= this.maxWaitingBytes;
	}

	/** Bytes that wait at all its consumers. */
	get waitingBytes(): number {
		return this.bytes;
	}

	/** For a source: when it is open; it may be closed again when that is heard, so look again. */
	opened(): Promise<void> {
		if (this.isOpen) return Promise.resolve();
		this.opening ??= new Promise(resolve => {
			this.tellOpen = resolve;
		});
		return this.opening;
	}

	/**
	 * For a consumer: takes part, with nothing waiting yet.
	 *
	 * @param highWaterMark bytes, 0 or more: with more than that waiting here, the valve is closed.
	 * @throws TypeError if that is something else.
	 */
	join(highWaterMark: number): Backlog {
		checkArgument('Valve.join', 'highWaterMark', limitOrNone, highWaterMark);
		return new Backlog((before, now) => {
			this.bytes += now - before;
			this.over += Number(now > highWaterMark) - Number(before > highWaterMark);
			if (this.opening !== undefined && this.isOpen) this.open();
		});
	}

	private open(): void {
		this.opening = undefined;
		this.tellOpen();
	}
}

/** What waits at one consumer of a {@link Valve}. */
export class Backlog {
	private waiting = 0;
	private hasLeft = false;

	constructor(private readonly changed: (before: number, now: number) => void) {}

	/** Says how many bytes wait here now. */
	is(bytes: number): void {
		if (bytes === this.waiting || this.hasLeft) return;
		const before = this.waiting;
		this.waiting = bytes;
		this.changed(before, bytes);
	}

	/** Nothing waits here any more, nor ever again. */
	leave(): void {
		this.is(0);
		this.hasLeft = true;
	}
}
