import type { Observable } from 'rxjs';
import { Fifo } from '../src/assembly/fifo.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { having } from '../src/codec.js';
import type { Backlog } from '../src/valve.js';
import { type FlowGap, joined } from './flowGap.js';
import { FlowEnding, FlowPieces } from './flowPieces.js';
import { type FlowReadOptions, type FlowReadSettings, flowReadChecks } from './flowReadOptions.js';

/** Who is told of gaps: a Subject, or anything with `next()`. */
export interface GapObserver {
	next(gap: FlowGap): void;
}

/** What `toReadableStream` and `parseAsync` can be told. */
export interface FlowReaderOptions extends FlowReadOptions {
	/** Is told of each gap, when all before it was read and more is asked for: a Subject, or anything with `next()`. */
	readonly gaps?: GapObserver | undefined;
}

export const flowReaderChecks = { ...flowReadChecks, gaps: having<GapObserver>('next') };

/** A call of `next()` that waits. */
interface Asker {
	resolve(result: IteratorResult<Uint8Array, undefined>): void;
	reject(error: unknown): void;
}

const done: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The bytes of one flow, piece by piece, for one loop: who leaves it has left the flow. It is what `parseAsync` gives a parser.
 *
 * @example
 * ```ts
 * async function* lengths(bytes) {
 * 	for await (const piece of bytes) yield bytes.gap === undefined ? piece.length : `${bytes.gap.length} bytes are missing`;
 * 	yield bytes.missingBytes;
 * }
 * connection.pipe(groupByFlow(), mergeFlows(flow => flow.pipe(parseAsync(lengths)))).subscribe(each => console.log(each));
 * ```
 */
export class FlowReader implements AsyncIterableIterator<Uint8Array, undefined> {
	private readonly pieces: FlowPieces;
	private readonly backlog: Backlog | undefined;
	private readonly askers = new Fifo<Asker>();
	private lastGap: FlowGap | undefined = undefined;
	/** Whether `lastGap` is before a piece that was not handed out yet. */
	private isGapAhead = false;

	constructor(
		settings: FlowReadSettings,
		private readonly gaps: GapObserver | undefined,
	) {
		this.backlog = settings.backlog;
		this.pieces = new FlowPieces(settings, {
			waitingBytes: () => 0,
			takesAtOnce: () => this.askers.length > 0,
			copy: bytes => bytes.slice(),
			work: () => this.work(),
		});
	}

	/** Begins to read; anything that comes of the flow waits from now on. */
	subscribeTo(flow: Observable<Reassembly>): void {
		flow.subscribe(this.pieces);
	}

	/** What is missing right before the piece that was handed out last, or before the end. */
	get gap(): FlowGap | undefined {
		return this.lastGap;
	}

	/** Bytes that were missing in all gaps so far, those included that were dropped; beginnings that nobody saw count nothing. */
	get missingBytes(): number {
		return this.pieces.missingBytes;
	}

	/** Bytes that had come, and were dropped since too much waited. */
	get droppedBytes(): number {
		return this.pieces.droppedBytes;
	}

	next(): Promise<IteratorResult<Uint8Array, undefined>> {
		return new Promise((resolve, reject) => {
			this.askers.push({ resolve, reject });
			this.work();
		});
	}

	async return(): Promise<IteratorResult<Uint8Array, undefined>> {
		this.giveUp();
		return done;
	}

	async throw(error: unknown): Promise<IteratorResult<Uint8Array, undefined>> {
		this.giveUp();
		throw error;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	/** Nobody reads on: whoever asks is told that nothing comes. */
	giveUp(): void {
		this.pieces.giveUp();
		this.backlog?.leave();
		this.answerAll();
	}

	private work(): void {
		while (this.askers.length > 0 && this.step());
		this.backlog?.is(this.pieces.waitingBytes);
	}

	/** Deals with the next piece; false if there is none. */
	private step(): boolean {
		const piece = this.pieces.peek();
		if (piece === undefined) return this.pieces.closed && this.answerAll();
		this.pieces.shift();
		if (piece instanceof Uint8Array) this.handOut(piece);
		else if (piece instanceof FlowEnding) this.endBy(piece);
		else this.tellGap(piece);
		return true;
	}

	private handOut(value: Uint8Array): void {
		this.passGap();
		this.askers.shift()?.resolve({ done: false, value });
	}

	private tellGap(gap: FlowGap): void {
		this.lastGap = joined(this.isGapAhead ? this.lastGap : undefined, gap);
		this.isGapAhead = true;
		this.gaps?.next(gap);
	}

	private endBy({ error }: FlowEnding): void {
		this.passGap();
		if (error !== undefined) this.askers.shift()?.reject(error);
		this.giveUp();
	}

	private passGap(): void {
		if (!this.isGapAhead) this.lastGap = undefined;
		this.isGapAhead = false;
	}

	private answerAll(): false {
		for (let asker = this.askers.shift(); asker !== undefined; asker = this.askers.shift()) asker.resolve(done);
		return false;
	}
}
