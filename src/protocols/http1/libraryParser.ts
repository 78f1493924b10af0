import type { Block } from './block.js';
import type { Framing } from './framing.js';
import { Library, ON_BODY, ON_TRAILERS } from './httpParserJs.js';
import { textOf } from './latin1.js';
import type { MessageType } from './startLine.js';

/** A line of chunk framing may have so many bytes (RFC 9112, section 7.1.1 asks for a limit). */
export const CHUNK_LINE_BYTES_MAX = 16 * 1024;
const chunkSize = /^0*([0-9a-f]{1,12})[ \t]*(?:;|$)/i;

/** What the parser reports. Whatever a callback throws ends the message, as if it were malformed. */
export interface ParserEvents {
	/** The fields are there, names and values in turn; answers how the body is delimited. */
	onHead(fields: readonly string[]): Framing;
	/** Whether what follows the head, or a chunk, is to be read as body; if not, the parser stops before it. */
	readonly mayReadBody: boolean;
	onBody(bytes: Uint8Array, from: number, to: number): void;
	onTrailers(fields: readonly string[]): void;
	/** The message is over. The parser stops behind it. */
	onEnd(): void;
}

/**
 * http-parser-js, made to follow RFC 9112 where it is more lenient or stricter, and to stop behind each message.
 *
 * The library takes fields and bodies apart. How long a body is, and what is no chunk size, is decided here.
 */
export class LibraryParser extends Library {
	/** Bytes of trailer lines that were read. */
	trailerBytes = 0;

	constructor(
		private readonly type: MessageType,
		private readonly events: ParserEvents,
		private readonly maxTrailerBytes: number,
	) {
		super(type);
		this[ON_BODY] = ({ bytes, pieceFrom, pieceTo }: Block) => events.onBody(bytes, pieceFrom, pieceTo);
		this[ON_TRAILERS] = (trailers: readonly string[]) => events.onTrailers(trailers);
		this.pause();
	}

	/** Forgets what it has read, and reads nothing. */
	pause(): void {
		this.initialize(this.type);
		this.maxHeaderSize = Number.POSITIVE_INFINITY; // the caller counts, since the library does so by its blocks
		this.trailerBytes = 0;
		this.state = 'PAUSED';
	}

	PAUSED(): boolean {
		return true;
	}

	/** Field values may have any byte, which the library folds to ASCII unless it is told otherwise for the whole process. */
	override consumeLine(): string | undefined {
		const { chunk, offset, end } = this;
		if (chunk === null) return undefined;
		const line = chunk.line(offset, end);
		if (line !== undefined) {
			this.offset = chunk.lineEnd;
			return this.line === '' ? line : this.restOfLine(line, this.offset - offset === 1);
		}
		this.line += textOf(chunk.bytes, offset, end);
		this.offset = end;
		return undefined;
	}

	/** All lines that are there: the library looks up what to do for each of them. */
	HEADER(): void {
		const fields = this.info.headers;
		while (this.offset < this.end) {
			const line = this.consumeLine();
			if (line === '') {
				this.endHead();
				return;
			}
			if (line !== undefined) this.parseHeader(line, fields);
		}
	}

	/** A CR within a line is to be taken for a space (RFC 9112, section 2.2); the library gives up instead. */
	override parseHeader(line: string, fields: string[]): void {
		if (this.state === 'BODY_CHUNKTRAILERS') this.countTrailer(line);
		const field = withoutTrailingBlanks(line.includes('\r') ? line.replaceAll('\r', ' ') : line);
		if (field !== '') super.parseHeader(field, fields);
	}

	override BODY_SIZED(): unknown {
		return this.events.mayReadBody ? super.BODY_SIZED() : true;
	}

	override BODY_RAW(): unknown {
		return this.events.mayReadBody ? super.BODY_RAW() : true;
	}

	/** The library takes anything for the size of a chunk, and nonsense for the last one. */
	BODY_CHUNKHEAD(): unknown {
		if (!this.events.mayReadBody) return true;
		const line = this.consumeLine();
		if (line === undefined) return undefined;
		const size = line.length <= CHUNK_LINE_BYTES_MAX ? chunkSize.exec(line)?.[1] : undefined;
		if (size === undefined) throw new Error('no chunk size');
		this.body_bytes = Number.parseInt(size, 16);
		this.state = this.body_bytes === 0 ? 'BODY_CHUNKTRAILERS' : 'BODY_CHUNK';
		return undefined;
	}

	/** The library calls it at the end of a message. */
	nextRequest(): void {
		this.events.onEnd();
		this.pause();
	}

	/** Delimits the body as RFC 9112 says, which the library does not in every case. */
	private endHead(): void {
		const framing = this.events.onHead(this.info.headers);
		this.body_bytes = typeof framing === 'number' ? framing : null;
		if (framing === 'none' || framing === 0) this.nextRequest();
		else this.state = bodyStateOf(framing);
	}

	/** A line that came in several blocks; if the last byte of it came alone, its CR came before. */
	private restOfLine(rest: string, isNewlineAlone: boolean): string {
		const line = this.line + rest;
		this.line = '';
		return isNewlineAlone && line.endsWith('\r') ? line.slice(0, -1) : line;
	}

	private countTrailer(line: string): void {
		this.trailerBytes += line.length;
		if (this.trailerBytes > this.maxTrailerBytes) throw new Error('too many trailers');
	}
}

/** Blanks behind a value do not belong to it; the library's patterns take quadratic time to find that out. */
function withoutTrailingBlanks(line: string): string {
	let end = line.length;
	while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--;
	return end === line.length ? line : line.slice(0, end);
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9;
}

function bodyStateOf(framing: Framing): string {
	if (framing === 'chunked') return 'BODY_CHUNKHEAD';
	return framing === 'until-close' ? 'BODY_RAW' : 'BODY_SIZED';
}
