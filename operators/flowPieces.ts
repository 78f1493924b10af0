import { Subscriber } from 'rxjs';
import { Fifo } from '../src/assembly/fifo.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import type { Flow } from '../src/flow.js';
import { type FlowGap, gapBefore, gapOver, LossError } from './flowGap.js';

/** The end of a flow, or what it failed with. */
export class FlowEnding {
	constructor(readonly error: Error | undefined) {}
}

/** What comes of a flow, in order; nothing comes behind its ending. */
export type FlowPiece = Uint8Array | FlowGap | FlowEnding;

/** Whether it is no bytes, so that what is before it must be read before it is dealt with. */
export function isBorder(piece: FlowPiece | undefined): piece is FlowGap | FlowEnding {
	return piece !== undefined && !(piece instanceof Uint8Array);
}

/** What {@link FlowPieces} have to know. */
export interface FlowPiecesSettings {
	/** Who is called, for what is said. */
	readonly call: string;
	readonly maxBufferedBytes: number;
	readonly lossErrors: boolean;
}

/** Who hands the pieces out. */
export interface PieceReader {
	/** Bytes that wait where they were handed out to. */
	waitingBytes(): number;
	/** Whether the next piece is taken at once, so that it need not be copied however small it is. */
	takesAtOnce(): boolean;
	/** A copy that keeps no block alive. */
	copy(bytes: Uint8Array): Uint8Array;
	/** There is more. */
	work(): void;
}

/** Smaller pieces than this are copied if they have to wait, so that they keep no block alive. */
const COPY_BELOW_BYTES = 4096;

/** What a piece that waits costs besides its bytes, roughly. */
const PIECE_BYTES = 256;

/**
 * What came of one flow, and was not handed out yet: never more than `maxBufferedBytes`. What comes beyond is dropped, and
 * stands there as a gap. It is what the flow is subscribed with; what goes wrong here is the failure of this flow alone.
 */
export class FlowPieces extends Subscriber<Reassembly> {
	private readonly pieces = new Fifo<FlowPiece>();
	private flow: Flow | undefined = undefined;
	private bytes = 0;
	/** The gap that what is dropped just now belongs to. */
	private dropping: FlowGap | undefined = undefined;
	private missing = 0;
	private dropped = 0;

	constructor(
		private readonly settings: FlowPiecesSettings,
		private readonly reader: PieceReader,
	) {
		super();
	}

	/** Bytes that were missing in all gaps so far, those included that were dropped; beginnings that nobody saw count nothing. */
	get missingBytes(): number {
		return this.missing;
	}

	/** Bytes that had come, and were dropped since too much waited. */
	get droppedBytes(): number {
		return this.dropped;
	}

	/** Bytes that wait here, and what it costs that they do. */
	get waitingBytes(): number {
		return this.bytes;
	}

	/** The first piece. */
	peek(): FlowPiece | undefined {
		return this.pieces.peek();
	}

	/** Takes the first piece out. */
	shift(): void {
		const piece = this.pieces.shift();
		if (piece instanceof Uint8Array) this.bytes -= PIECE_BYTES + piece.length;
	}

	/** Nobody wants what waits, nor what would come. */
	giveUp(): void {
		this.unsubscribe();
		while (this.pieces.length > 0) this.shift();
	}

	protected override _next(chunk: Reassembly): void {
		try {
			this.flow ??= chunk.flow;
			if (chunk.flow !== this.flow) throw new TypeError(`${this.settings.call}: takes one flow, but got ${this.flow} and ${chunk.flow}`);
			this.take(chunk);
		} catch (error) {
			this._error(error);
		}
	}

	protected override _error(error: unknown): void {
		this.endBy(error instanceof Error ? error : new Error(String(error), { cause: error }));
	}

	protected override _complete(): void {
		this.endBy(undefined);
	}

	private take(chunk: Reassembly): void {
		const { length, skip } = chunk;
		if (length > 0 && this.bytes + this.reader.waitingBytes() + PIECE_BYTES + length > this.settings.maxBufferedBytes) {
			this.dropping = gapOver(chunk, this.dropping);
			return;
		}
		if (length > 0 || skip !== 0) this.endDropping();
		if (skip !== 0) this.addGap(gapBefore(chunk));
		if (length > 0) this.addBytes(chunk.bytes);
		this.reader.work();
	}

	private endDropping(): void {
		const { dropping } = this;
		this.dropping = undefined;
		if (dropping !== undefined) this.addGap(dropping);
	}

	private addGap(gap: FlowGap): void {
		this.missing += Math.max(gap.length, 0);
		this.dropped += gap.dropped;
		if (!this.settings.lossErrors) this.pieces.push(gap);
		else if (!this.closed) this.endWith(new LossError(gap));
	}

	private addBytes(bytes: Uint8Array): void {
		if (this.closed) return;
		const isTakenNow = this.pieces.length === 0 && this.reader.takesAtOnce();
		const piece = isTakenNow || bytes.length >= COPY_BELOW_BYTES ? bytes : this.reader.copy(bytes);
		this.pieces.push(piece);
		this.bytes += PIECE_BYTES + piece.length;
	}

	private endBy(error: Error | undefined): void {
		this.endDropping();
		if (!this.closed) this.endWith(error);
		this.reader.work();
	}

	private endWith(error: Error | undefined): void {
		this.pieces.push(new FlowEnding(error));
		this.unsubscribe();
	}
}
