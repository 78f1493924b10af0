import { HTTPParser } from 'http-parser-js';
import type { Framing } from './framing.js';
import type { MessageHead } from './message.js';

/** A line of chunk framing, or all trailers of a message, may have so many bytes; the library itself bounds the head alone. */
const FRAMING_BYTES_MAX = 16 * 1024;

/** What the parser reports. Whatever a callback throws ends the message, as if it were malformed. */
export interface ParserEvents {
	/** The head is there; answers how the body is delimited. */
	head(head: MessageHead): Framing;
	body(bytes: Uint8Array): void;
	/** The message is over. The parser stops behind it. */
	end(): void;
}

/** The parts of http-parser-js that are used here, some of which its types leave out. */
interface Internals {
	[callback: number]: unknown;
	state: string;
	offset: number;
	line: string;
	trailers: string[];
	isChunked: boolean;
	body_bytes: number | null;
	info: {
		versionMajor: number;
		versionMinor: number;
		headers: string[];
		method: string;
		url: string;
		statusCode: number;
		statusMessage: string;
	};
	_compatMode0_11: boolean;
	reinitialize(type: string): void;
	consumeLine(): string | undefined;
	nextRequest(): void;
	execute(bytes: Buffer): number | Error;
	PAUSED(): boolean;
	BODY_CHUNKHEAD(): void;
}

/**
 * One direction of a connection, read by http-parser-js one message at a time: it stops behind each, so that what follows
 * can wait, or be something else than HTTP.
 *
 * This file alone knows the library, and Buffer, which the library wants.
 */
export class MessageParser {
	private readonly parser: Internals;

	constructor(
		private readonly type: 'REQUEST' | 'RESPONSE',
		private readonly events: ParserEvents,
	) {
		// Field values may have any byte; 'ascii', the library's default, would fold them.
		HTTPParser.encoding = 'latin1';
		this.parser = new HTTPParser(type) as unknown as Internals;
		this.hook();
	}

	/** Reads on; answers how many bytes were taken: all, unless a message ended. Throws if they are malformed. */
	read(bytes: Uint8Array): number {
		const { parser } = this;
		if (parser.state === 'PAUSED') parser.state = `${this.type}_LINE`;
		const taken = parser.execute(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
		if (typeof taken !== 'number') throw taken;
		this.checkBounds();
		return taken;
	}

	/** How many bytes of the last block were taken before it was found malformed. */
	get taken(): number {
		return this.parser.offset;
	}

	/** Forgets the message at hand, and expects the start of another. */
	reset(): void {
		this.parser.reinitialize(this.type);
	}

	/** Whether the body goes on until the connection is closed. */
	get isUntilClose(): boolean {
		return this.parser.state === 'BODY_RAW';
	}

	/** The method and url of a request, or the status of a response, whose head is not whole. */
	get partialHead(): MessageHead | undefined {
		return this.parser.state === 'HEADER' ? this.head() : undefined;
	}

	/**
	 * Passes over bytes that are missing, if they are all within a body whose end is known, or is the connection's.
	 *
	 * @returns whether they are.
	 */
	pass(length: number): boolean {
		const { parser } = this;
		if (parser.state === 'BODY_RAW') return true;
		const isSized = parser.state === 'BODY_SIZED';
		if ((!isSized && parser.state !== 'BODY_CHUNK') || (parser.body_bytes as number) < length) return false;
		parser.body_bytes = (parser.body_bytes as number) - length;
		if (parser.body_bytes > 0) return true;
		if (isSized) parser.nextRequest();
		else parser.state = 'BODY_CHUNKEMPTYLINE';
		return true;
	}

	private hook(): void {
		const { parser, events } = this;
		parser._compatMode0_11 = true; // methods as text, also those that the library has no number for
		parser[HTTPParser.kOnHeadersComplete] = () => this.onHead();
		parser[HTTPParser.kOnBody] = (bytes: Uint8Array) => events.body(bytes);
		parser[HTTPParser.kOnMessageComplete] = () => events.end();
		const reinitialize = parser.reinitialize;
		parser.reinitialize = type => {
			reinitialize.call(parser, type);
			parser.state = 'PAUSED';
		};
		parser.PAUSED = () => true;
		parser.BODY_CHUNKHEAD = () => this.onChunkHead();
	}

	/** Tells the head, and has the library delimit the body as RFC 9112 says, which it does not in every case. */
	private onHead(): boolean {
		const framing = this.events.head(this.head());
		this.parser.isChunked = framing === 'chunked';
		this.parser.body_bytes = typeof framing === 'number' ? framing : null;
		return framing === 'none' || framing === 0;
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
		const size = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(line)?.[1];
		if (size === undefined) throw new Error('no chunk size');
		parser.body_bytes = Number.parseInt(size, 16);
		parser.state = parser.body_bytes === 0 ? 'BODY_CHUNKTRAILERS' : 'BODY_CHUNK';
	}

	private checkBounds(): void {
		const { state, line, trailers } = this.parser;
		if (!state.startsWith('BODY_CHUNK')) return;
		const length = trailers.reduce((sum, text) => sum + text.length, line.length);
		if (length > FRAMING_BYTES_MAX) throw new Error('chunk framing without end');
	}
}
