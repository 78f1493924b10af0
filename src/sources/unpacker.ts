import type { Unpacking } from './compression.js';

/** A stream of Node that unpacks, one piece after the other: nothing runs ahead of who takes what comes out. */
export class Unpacker {
	private error: Error | undefined = undefined;
	private isDone = true;
	/** There may be input left, but none of it is wanted. */
	private isEnded = false;
	private fed = 0;
	private wake: () => void = () => undefined;
	private readonly done = () => {
		this.isDone = true;
		this.wake();
	};

	constructor(private readonly stream: Unpacking) {
		stream.on('readable', () => this.wake());
		stream.on('end', () => this.end());
		stream.on('close', () => this.end());
		stream.on('error', error => {
			this.error = error;
			this.wake();
		});
	}

	/** Whether it has come to an end; some streams only say so later, but leave the rest of a piece at once. */
	get ended(): boolean {
		return this.isEnded || (this.isDone && this.left > 0);
	}

	/** Bytes that it was given and left, as they are no part of what it unpacks. */
	get left(): number {
		return this.fed - this.stream.bytesWritten;
	}

	/** Gives it the next piece, or tells it that there is none. All of the piece before must have been taken. */
	feed(piece: Uint8Array | undefined): void {
		this.isDone = false;
		if (piece === undefined) {
			this.stream.end();
			return;
		}
		this.fed += piece.length;
		this.stream.write(piece, this.done);
	}

	/** Gives it the next piece byte by byte, so that nothing is lost before the one that it fails with. */
	feedBytewise(piece: Uint8Array): void {
		this.isDone = false;
		this.fed += piece.length;
		const last = piece.length - 1;
		for (let at = 0; at < last; at++) this.stream.write(piece.subarray(at, at + 1));
		this.stream.write(piece.subarray(last), this.done);
	}

	/**
	 * The next bytes that come of that piece, in memory of their own; undefined if that was all.
	 *
	 * @throws Error what the stream says of a damaged or cut piece. What came of it before may be lost.
	 */
	async take(): Promise<Uint8Array | undefined> {
		for (;;) {
			const bytes = this.stream.read() as Uint8Array | null;
			// No Buffer: its views are slower to make.
			if (bytes !== null) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
			if (this.error !== undefined) throw this.error;
			if (this.isDone || this.isEnded) return undefined;
			await new Promise<void>(resolve => {
				this.wake = resolve;
			});
		}
	}

	/** Lets go of what it holds. */
	stop(): void {
		this.stream.destroy();
	}

	private end(): void {
		this.isEnded = true;
		this.wake();
	}
}
