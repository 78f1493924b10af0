import { Readable } from 'node:stream';
import { Fifo } from '../assembly/fifo.js';
import type { Reassembly } from '../assembly/reassembly.js';
import type { Backlog } from '../valve.js';
import { type FlowGap, gapBefore, gapOver, LossError } from './flowGap.js';
import { FlowIntake, type FlowTaker } from './flowIntake.js';

/** What {@link FlowBytes} has to know. */
export interface FlowBytesSettings {
	readonly highWaterMark: number;
	readonly maxBufferedBytes: number;
	readonly lossErrors: boolean;
	readonly backlog: Backlog | undefined;
}

/** How a flow ended. */
class Ending {
	constructor(readonly error: Error | undefined) {}
}

/** Smaller pieces than this have room in the memory that `Buffer.from` shares out, so that a copy costs little. */
const COPY_BELOW_BYTES = 4096;

/** What a piece that waits costs besides its bytes, roughly. */
const PIECE_BYTES = 256;

/**
 * The bytes of one flow as a stream of Node. Its own buffer never holds bytes from both sides of a gap: what comes
 * behind one waits in `pieces`, until the reader has had all that is before it and asks for more.
 */
export class FlowBytes extends Readable implements FlowTaker {
	/** What the flow is subscribed with. */
	readonly intake = new FlowIntake(this);
	private readonly settings: FlowBytesSettings;
	private readonly pieces = new Fifo<Uint8Array | FlowGap | Ending>();
	private pieceBytes = 0;
	/** The gap that what is dropped just now belongs to. */
	private dropping: FlowGap | undefined = undefined;
	private missing = 0;
	private dropped = 0;
	private takesMore = false;
	/** Whether the reader came for more when there was nothing. */
	private isAsked = false;
	/** What a reader came for, more than there was. */
	private wanted = 0;
	private isAtWork = false;
	private isCalling = false;

	constructor(settings: FlowBytesSettings) {
		super({ highWaterMark: settings.highWaterMark });
		this.settings = settings;
	}

	/** Bytes that were missing in all gaps so far, those included that were dropped; beginnings that nobody saw count nothing. */
	get missingBytes(): number {
		return this.missing;
	}

	/** Bytes that had come, and were dropped since too much waited. */
	get droppedBytes(): number {
		return this.dropped;
	}

	takeChunk(chunk: Reassembly): void {
		const { length } = chunk;
		if (length > 0 && this.waiting + PIECE_BYTES + length > this.settings.maxBufferedBytes) {
			this.dropping = gapOver(chunk, this.dropping);
			return;
		}
		if (length > 0 || chunk.skip !== 0) this.endDropping();
		if (chunk.skip !== 0) this.addGap(gapBefore(chunk));
		if (length > 0) this.addBytes(chunk.bytes);
		this.work();
	}

	finish(): void {
		this.endDropping();
		this.pieces.push(new Ending(undefined));
		this.work();
	}

	fail(error: unknown): void {
		this.endDropping();
		this.pieces.push(new Ending(error instanceof Error ? error : new Error(String(error), { cause: error })));
		this.work();
	}

	override read(size?: number): ReturnType<Readable['read']> {
		// Node itself reads 0 bytes, to have more fetched: that is nobody who asks.
		if (size !== 0 && this.readableLength === 0) {
			this.isAsked = true;
			this.work();
		}
		const isCutShort = size !== undefined && size > this.readableLength && this.readableLength > 0 && isBorder(this.pieces.peek());
		const bytes = super.read(isCutShort ? this.readableLength : size);
		if (size !== 0) this.wanted = bytes === null && size !== undefined ? size : 0;
		if (this.readableLength === 0) this.work();
		this.tellBacklog();
		return bytes;
	}

	override _read(): void {
		this.takesMore = true;
		this.work();
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.intake.unsubscribe();
		this.settings.backlog?.leave();
		while (this.pieces.shift() !== undefined);
		done(error);
	}

	private get waiting(): number {
		return this.pieceBytes + this.readableLength;
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
		else {
			this.pieces.push(new Ending(new LossError(gap)));
			this.intake.unsubscribe();
		}
	}

	private addBytes(bytes: Uint8Array): void {
		const isTakenNow = this.readableFlowing === true && this.readableLength === 0 && this.pieces.length === 0;
		const piece = isTakenNow || bytes.length >= COPY_BELOW_BYTES ? bytes : Buffer.from(bytes);
		this.pieces.push(piece);
		this.pieceBytes += PIECE_BYTES + piece.length;
	}

	/** Does what can be done now; what a listener brings about meanwhile is done by who is at it. */
	private work(): void {
		if (this.isAtWork) return;
		this.isAtWork = true;
		try {
			while (!this.destroyed && this.step());
		} finally {
			this.isAtWork = false;
		}
		this.tellBacklog();
	}

	/** What is not enough for the reader does not wait for him: he waits for it. */
	private tellBacklog(): void {
		this.settings.backlog?.is(this.readableLength < this.wanted ? 0 : this.waiting);
	}

	/** Hands out the next piece, if it is time for that. */
	private step(): boolean {
		const piece = this.pieces.peek();
		if (piece === undefined) return false;
		if (piece instanceof Uint8Array) return this.takesMore && this.handOut(piece);
		if (piece instanceof Ending && piece.error === undefined) return this.endBy(piece);
		if (this.readableLength > 0) return this.callReader();
		if (piece instanceof Ending) return this.endBy(piece);
		if (!this.isAsked && this.readableFlowing !== true) return this.callReader();
		this.pieces.shift();
		this.emit('gap', piece);
		return true;
	}

	private handOut(piece: Uint8Array): boolean {
		this.pieces.shift();
		this.pieceBytes -= PIECE_BYTES + piece.length;
		this.isAsked = false;
		this.takesMore = false;
		this.takesMore = this.push(piece) || this.takesMore;
		return true;
	}

	private endBy({ error }: Ending): boolean {
		this.pieces.shift();
		if (error === undefined) this.push(null);
		else this.destroy(error);
		return false;
	}

	/** There is something for who comes and reads: what is behind a border, or less than was asked for before it. */
	private callReader(): boolean {
		if (this.isCalling) return false;
		this.isCalling = true;
		process.nextTick(() => {
			this.isCalling = false;
			if (!this.destroyed && isBorder(this.pieces.peek())) this.emit('readable');
		});
		return false;
	}
}

function isBorder(piece: Uint8Array | FlowGap | Ending | undefined): boolean {
	return piece !== undefined && !(piece instanceof Uint8Array);
}
