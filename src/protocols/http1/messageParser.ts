import { HTTPParser } from 'http-parser-js';
import { withoutTrailingBlanks } from './blanks.js';
import type { MessageHead } from './draft.js';
import type { Framing } from './framing.js';
import type { Internals } from './httpParserJs.js';
import { asBuffer } from './nodeBuffer.js';
import { type MessageType, requestLine } from './startLine.js';

const CR = 13;
const NEWLINE = 10;
/** A line of chunk framing may have so many bytes (RFC 9112, section 7.1.1 asks for a limit). */
const CHUNK_LINE_BYTES_MAX = 16 * 1024;

/** What the parser reports. Whatever a callback throws ends the message, as if it were malformed. */
export interface ParserEvents {
	/** The head is there; answers how the body is delimited. */
	head(head: MessageHead): Framing;
	/** Whether what follows the head, or a chunk, is to be read as body; if not, the parser stops before it. */
	mayReadBody(): boolean;
	body(bytes: Uint8Array): void;
	trailers(fields: readonly string[]): void;
	/** The message is over. The parser stops behind it. */
	end(): void;
}

/**
 * One direction of a connection, read by http-parser-js one message at a time: it stops behind each, so that what follows
 * can wait, or be something else than HTTP.
 *
 * The library takes heads and bodies apart; how long a body is, which methods there are, and what is no chunk size is
 * decided here, since it is more lenient than RFC 9112, or stricter.
 */
export class MessageParser {
	private readonly parser: Internals;
	/** Bytes of trailer lines that were read. */
	private trailerBytes = 0;

	constructor(
		private readonly type: MessageType,
		private readonly events: ParserEvents,
		private readonly maxTrailerBytes: number,
	) {
		this.parser = new HTTPParser(type) as unknown as Internals;
		this.hookStates();
		this.hookEvents();
		this.reset();
	}

	/** Reads on, to the end of the message at the most; answers whether the bytes made sense as far as they were `taken`. */
	read(bytes: Uint8Array): boolean {
		const { parser } = this;
		if (parser.state === 'PAUSED') parser.state = `${this.type}_LINE`;
		try {
			if (typeof parser.execute(asBuffer(bytes)) !== 'number') return false;
			this.checkBounds();
			return true;
		} catch {
			return false;
		}
	}

	/** How many bytes of the last block were taken, while it is read too. */
	get taken(): number {
		return this.parser.offset;
	}

	/** Whether it has read a part of a line. */
	get isWithinLine(): boolean {
		return this.parser.line !== '';
	}

	/** Forgets the message at hand, and expects the start of another. */
	reset(): void {
		this.parser.reinitialize(this.type);
		// Where the library gives up it still points to the block that was read.
		this.parser.chunk = null;
	}

	/** Whether the head is not whole yet. */
	get isInHead(): boolean {
		return !this.parser.state.startsWith('BODY_');
	}

	/** Whether the body goes on until the connection is closed. */
	get isUntilClose(): boolean {
		return this.parser.state === 'BODY_RAW';
	}

	/** What is known of a head that is not whole: its start line and some fields. */
	get partialHead(): MessageHead | undefined {
		return this.parser.state === 'HEADER' ? this.head() : undefined;
	}

	/** Bytes that are still to come of a body of known length, or of a chunk; undefined where nobody knows. */
	get remaining(): number | undefined {
		const { state, body_bytes } = this.parser;
		return state === 'BODY_SIZED' || state === 'BODY_CHUNK' ? (body_bytes ?? 0) : undefined;
	}

	/** Whether the end of a chunk is not the end of the body. */
	get isChunked(): boolean {
		return this.parser.state === 'BODY_CHUNK';
	}

	/** Passes over bytes that are missing, `remaining` of them at the most. */
	pass(length: number): void {
		const { parser } = this;
		const isSized = parser.state === 'BODY_SIZED';
		parser.body_bytes = (parser.body_bytes ?? 0) - length;
		if (parser.body_bytes > 0) return;
		if (isSized) parser.nextRequest();
		else parser.state = 'BODY_CHUNKEMPTYLINE';
	}

	private hookStates(): void {
		const { parser } = this;
		const { reinitialize, BODY_SIZED: readSized, BODY_RAW: readRaw, parseHeader } = parser;
		parser.reinitialize = type => {
			reinitialize.call(parser, type);
			parser.maxHeaderSize = Number.POSITIVE_INFINITY; // the caller counts, since the library does so by its blocks
			parser.state = 'PAUSED';
			this.trailerBytes = 0;
		};
		parser.PAUSED = () => true;
		parser.consumeLine = () => this.takeLine();
		parser.REQUEST_LINE = () => this.onRequestLine();
		parser.HEADER = () => this.onHeadLine();
		// A CR within a line is to be taken for a space (RFC 9112, section 2.2); the library gives up instead.
		parser.parseHeader = (line, fields) => {
			if (parser.state === 'BODY_CHUNKTRAILERS') this.countTrailer(line);
			const field = withoutTrailingBlanks(line.includes('\r') ? line.replaceAll('\r', ' ') : line);
			if (field !== '') parseHeader.call(parser, field, fields);
		};
		parser.BODY_SIZED = () => (this.events.mayReadBody() ? readSized.call(parser) : true);
		parser.BODY_RAW = () => (this.events.mayReadBody() ? readRaw.call(parser) : true);
		parser.BODY_CHUNKHEAD = () => (this.events.mayReadBody() ? this.onChunkHead() : true);
	}

	private hookEvents(): void {
		const { parser, events } = this;
		parser[HTTPParser.kOnBody] = (bytes: Uint8Array) => events.body(bytes);
		parser[HTTPParser.kOnHeaders] = (trailers: readonly string[]) => events.trailers(trailers);
		parser[HTTPParser.kOnMessageComplete] = () => events.end();
	}

	/** The library knows neither QUERY nor methods with other characters than capitals. */
	private onRequestLine(): void {
		const { parser } = this;
		const line = parser.consumeLine();
		if (line === undefined) return;
		const [, method, url, major, minor] = requestLine.exec(line) ?? [];
		if (method === undefined || url === undefined) throw new Error('no request line');
		Object.assign(parser.info, { method, url, versionMajor: Number(major), versionMinor: Number(minor) });
		parser.state = 'HEADER';
	}

	/** Field values may have any byte, which the library folds to ASCII unless it is told otherwise for the whole process. */
	private takeLine(): string | undefined {
		const { parser } = this;
		const { chunk, offset } = parser;
		if (chunk === null) return undefined;
		const newline = chunk.indexOf(NEWLINE, offset);
		const end = newline < 0 ? chunk.length : newline;
		const text = chunk.toString('latin1', offset, end);
		const line = parser.line === '' ? text : parser.line + text;
		parser.offset = newline < 0 ? end : end + 1;
		parser.line = newline < 0 ? line : '';
		if (newline < 0) return undefined;
		return line.charCodeAt(line.length - 1) === CR ? line.slice(0, -1) : line;
	}

	private onHeadLine(): void {
		const { parser } = this;
		const line = parser.consumeLine();
		if (line === undefined) return;
		if (line === '') this.onHead();
		else parser.parseHeader(line, parser.info.headers);
	}

	/** Tells the head, and delimits the body as RFC 9112 says, which the library does not in every case. */
	private onHead(): void {
		const { parser } = this;
		const framing = this.events.head(this.head());
		parser.body_bytes = typeof framing === 'number' ? framing : null;
		if (framing === 'none' || framing === 0) parser.nextRequest();
		else parser.state = bodyStateOf(framing);
	}

	private head(): MessageHead {
		const { versionMajor, versionMinor, headers, method, url, statusCode, statusMessage } = this.parser.info;
		return {
			version: `${versionMajor}.${versionMinor}`,
			fields: headers,
			method: method ?? '',
			url: url ?? '',
			status: statusCode ?? 0,
			reason: statusMessage ?? '',
		};
	}

	/** The library takes anything for the size of a chunk, and nonsense for the last one. */
	private onChunkHead(): void {
		const { parser } = this;
		const line = parser.consumeLine();
		if (line === undefined) return;
		const size = line.length <= CHUNK_LINE_BYTES_MAX ? /^0*([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(line)?.[1] : undefined;
		if (size === undefined) throw new Error('no chunk size');
		parser.body_bytes = Number.parseInt(size, 16);
		parser.state = parser.body_bytes === 0 ? 'BODY_CHUNKTRAILERS' : 'BODY_CHUNK';
	}

	private countTrailer(line: string): void {
		this.trailerBytes += line.length;
		this.checkBounds();
	}

	/** The library itself bounds the head alone. */
	private checkBounds(): void {
		const { state, line } = this.parser;
		const limit = state === 'BODY_CHUNKTRAILERS' ? this.maxTrailerBytes - this.trailerBytes : CHUNK_LINE_BYTES_MAX;
		if (state.startsWith('BODY_CHUNK') && line.length > limit) throw new Error('a line of chunk framing without end');
		if (limit < 0) throw new Error('too many trailers');
	}
}

function bodyStateOf(framing: Framing): string {
	if (framing === 'chunked') return 'BODY_CHUNKHEAD';
	return framing === 'until-close' ? 'BODY_RAW' : 'BODY_SIZED';
}
