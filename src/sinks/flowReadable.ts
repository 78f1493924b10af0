import { Readable } from 'node:stream';
import { FlowEnding, FlowPieces, isBorder } from '../../operators/flowPieces.js';
import type { FlowReadSettings } from '../../operators/flowReadOptions.js';
import type { Backlog } from '../valve.js';

/**
 * The bytes of one flow as a stream of Node. Its own buffer never holds bytes from both sides of a gap: what comes
 * behind one waits in `pieces`, until the reader has had all that is before it and asks for more.
 */
export class FlowBytes extends Readable {
	/** What the flow is subscribed with. */
	readonly pieces: FlowPieces;
	private readonly backlog: Backlog | undefined;
	private takesMore = false;
	/** Whether the reader came for more when there was nothing. */
	private isAsked = false;
	/** What a reader came for, more than there was. */
	private wanted = 0;
	private isAtWork = false;
	private isCalling = false;

	constructor(settings: FlowReadSettings) {
		super({ highWaterMark: settings.highWaterMark });
		this.backlog = settings.backlog;
		this.pieces = new FlowPieces(settings, {
			waitingBytes: () => this.readableLength,
			takesAtOnce: () => this.readableFlowing === true && this.readableLength === 0,
			// Small ones have room in the memory that `Buffer.from` shares out.
			copy: bytes => Buffer.from(bytes),
			work: () => this.work(),
		});
	}

	/** Bytes that were missing in all gaps so far, those included that were dropped; beginnings that nobody saw count nothing. */
	get missingBytes(): number {
		return this.pieces.missingBytes;
	}

	/** Bytes that had come, and were dropped since too much waited. */
	get droppedBytes(): number {
		return this.pieces.droppedBytes;
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
		this.pieces.giveUp();
		this.backlog?.leave();
		done(error);
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
		this.backlog?.is(this.readableLength < this.wanted ? 0 : this.pieces.waitingBytes + this.readableLength);
	}

	/** Hands out the next piece, if it is time for that. */
	private step(): boolean {
		const piece = this.pieces.peek();
		if (piece === undefined) return false;
		if (piece instanceof Uint8Array) return this.takesMore && this.handOut(piece);
		if (piece instanceof FlowEnding && piece.error === undefined) return this.endBy(piece);
		if (this.readableLength > 0) return this.callReader();
		if (piece instanceof FlowEnding) return this.endBy(piece);
		if (!this.isAsked && this.readableFlowing !== true) return this.callReader();
		this.pieces.shift();
		this.emit('gap', piece);
		return true;
	}

	private handOut(piece: Uint8Array): boolean {
		this.pieces.shift();
		this.isAsked = false;
		this.takesMore = false;
		this.takesMore = this.push(piece) || this.takesMore;
		return true;
	}

	private endBy({ error }: FlowEnding): boolean {
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
