import type { Framer } from '../framing/framer.js';
import { type Line, lineFramer } from '../framing/lineFramer.js';
import { Timestamp } from '../timestamp.js';
import { type Codec, decode } from './decode.js';
import { oneLine } from './report.js';

/** A line that could not be read. */
export interface NdjsonFailure {
	/** Its number, from 1. */
	readonly line: number;
	/** A line for each thing that is wrong, nine at most. */
	readonly reasons: readonly string[];
}

/**
 * What reading NDJSON errors with: the number of the line, and what is wrong with it.
 *
 * @example
 * ```ts
 * of('{}\n{')
 * 	.pipe(fromNdjson(chunkCodec))
 * 	.subscribe({ error: error => console.log(error instanceof NdjsonError && error.line) });
 * ```
 */
export class NdjsonError extends Error {
	override readonly name = 'NdjsonError';
	readonly line: number;
	readonly reasons: readonly string[];

	constructor({ line, reasons }: NdjsonFailure) {
		super(`line ${line}: ${reasons.join('; ')}`);
		this.line = line;
		this.reasons = reasons;
	}
}

/** What is done with what is read. */
interface ReaderOutput<A> {
	value(value: A): void;
	failure(failure: NdjsonFailure): void;
}

/** Reads JSON, a value a line, out of pieces that are cut anywhere. Empty lines are passed over. */
export class NdjsonReader<A> {
	private lines = 0;
	/** The first half of a character, which a text ended with. */
	private half = '';
	private readonly framer: Framer<Line>;

	constructor(
		private readonly codec: Codec<A>,
		private readonly output: ReaderOutput<A>,
		maxLineBytes: number,
	) {
		const dropped = { next: () => this.refuse([`longer than maxLineBytes, ${maxLineBytes} bytes`]) };
		this.framer = lineFramer({ maxFrameBytes: maxLineBytes, dropped })(line => this.read(line.text));
	}

	push(piece: string | Uint8Array): void {
		if (typeof piece !== 'string') {
			this.flushHalf();
			this.framer.push(piece, nowhere);
			return;
		}
		const text = this.half + piece;
		this.half = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : '';
		this.framer.push(encoder.encode(this.half === '' ? text : text.slice(0, -1)), nowhere);
	}

	end(): void {
		this.flushHalf();
		this.framer.end(nowhere);
	}

	private flushHalf(): void {
		if (this.half !== '') this.framer.push(encoder.encode(this.half), nowhere);
		this.half = '';
	}

	private read(text: string): void {
		const json = this.lines === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
		if (json.trim() === '') {
			this.lines++;
			return;
		}
		let value: unknown;
		try {
			value = JSON.parse(json);
		} catch (error) {
			this.refuse([`no JSON: ${oneLine(error instanceof Error ? error.message : String(error), MESSAGE_MAX)}`]);
			return;
		}
		const decoded = decode(this.codec, value);
		if (decoded._tag === 'Left') this.refuse(decoded.left.reasons);
		else {
			this.lines++;
			this.output.value(decoded.right);
		}
	}

	private refuse(reasons: readonly string[]): void {
		this.output.failure({ line: ++this.lines, reasons });
	}
}

const MESSAGE_MAX = 120;
const encoder = new TextEncoder();
const nowhere = { direction: 'client', packet: 0, seen: new Timestamp(0, 0) } as const;
