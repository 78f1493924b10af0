import type { Inlet } from './inlet.js';
import { CHUNK_LINE_BYTES_MAX, LibraryParser, type ParserEvents } from './libraryParser.js';
import type { MessageType } from './startLine.js';

/**
 * One direction of a connection, read by http-parser-js one message at a time: it stops behind each, so that what follows
 * can wait, or be something else than HTTP.
 */
export class MessageParser {
	private readonly library: LibraryParser;
	private readonly maxTrailerBytes: number;

	constructor(type: MessageType, events: ParserEvents, maxTrailerBytes: number) {
		this.library = new LibraryParser(type, events, maxTrailerBytes);
		this.maxTrailerBytes = maxTrailerBytes;
	}

	/** The fields of a message come now; its start line was read. */
	begin(): void {
		this.library.state = 'HEADER';
	}

	/**
	 * Reads on, `length` bytes and to the end of the message at the most.
	 *
	 * @returns whether the bytes made sense as far as they were `taken`.
	 */
	read({ block, from }: Inlet, length: number): boolean {
		const { library } = this;
		try {
			if (typeof library.execute(block, from, length) !== 'number') return false;
			this.checkLine();
			return true;
		} catch {
			return false;
		}
	}

	/** How many bytes were taken since then, while they are read too. */
	takenSince(from: number): number {
		return this.library.offset - from;
	}

	/** Whether it has read a part of a line. */
	get isWithinLine(): boolean {
		return this.library.line !== '';
	}

	/** Forgets the message at hand, and expects the start of another. */
	reset(): void {
		this.library.pause();
		// Where the library gives up it still points to what was read.
		this.library.chunk = null;
	}

	/** Whether the head is not whole yet. */
	get isInHead(): boolean {
		return this.library.state === 'HEADER';
	}

	/** Whether the body goes on until the connection is closed. */
	get isUntilClose(): boolean {
		return this.library.state === 'BODY_RAW';
	}

	/** The fields of a head that is not whole, as far as they were read. */
	get partialFields(): readonly string[] {
		return this.library.info.headers;
	}

	/** Bytes that are still to come of a body of known length, or of a chunk; undefined where nobody knows. */
	get remaining(): number | undefined {
		const { state, body_bytes } = this.library;
		return state === 'BODY_SIZED' || state === 'BODY_CHUNK' ? (body_bytes ?? 0) : undefined;
	}

	/** Whether the end of a chunk is not the end of the body. */
	get isChunked(): boolean {
		return this.library.state === 'BODY_CHUNK';
	}

	/** Passes over bytes that are missing, `remaining` of them at the most. */
	pass(length: number): void {
		const { library } = this;
		const isSized = library.state === 'BODY_SIZED';
		library.body_bytes = (library.body_bytes ?? 0) - length;
		if (library.body_bytes > 0) return;
		if (isSized) library.nextRequest();
		else library.state = 'BODY_CHUNKEMPTYLINE';
	}

	/** The library itself bounds the head alone, not the lines of chunk framing and of trailers. */
	private checkLine(): void {
		const { line, state, trailerBytes } = this.library;
		if (line === '' || state === 'HEADER') return;
		const limit = state === 'BODY_CHUNKTRAILERS' ? this.maxTrailerBytes - trailerBytes : CHUNK_LINE_BYTES_MAX;
		if (line.length > limit) throw new Error('a line of chunk framing without end');
	}
}
