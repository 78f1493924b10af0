import { textOf } from './latin1.js';

const NONE = new Uint8Array(0);
const CR = 13;
const NEWLINE = 10;
const EMPTY_LINE = Buffer.from('\n\r\n');
/** What is kept of a head, if only a name, keeps the text of all of it alive, so that is made at once of so many bytes at most. */
const TEXT_BYTES_MAX = 4096;

/**
 * The bytes at hand, cut into lines where there is a head, and into pieces where there is a body.
 *
 * To make text of a few bytes costs as much as to make sense of them. So the text of a whole head is made at once, where it
 * is there, and lines are cut out of that.
 */
export class Block {
	bytes: Uint8Array = NONE;
	/** Behind the end of the line that was read last. */
	lineEnd = 0;
	/** Where the piece is that was asked for last. */
	pieceFrom = 0;
	pieceTo = 0;
	private text = '';
	/** Where `text` stands in the bytes. */
	private textFrom = 0;
	private textTo = 0;
	/** No text can begin before this: the end of that head is too far, or has not come. */
	private alone = 0;

	/** Begins with other bytes, or with none. */
	reset(bytes: Uint8Array = NONE): void {
		this.bytes = bytes;
		this.text = '';
		this.textFrom = 0;
		this.textTo = 0;
		this.alone = 0;
	}

	/** The line from there on, without its end; undefined if that does not come before `to`. */
	line(from: number, to: number): string | undefined {
		if (!this.isInText(from)) this.findHead(from, to);
		return this.isInText(from) ? this.lineOfText(from, to) : this.lineAlone(from, to);
	}

	/** As http-parser-js asks for the piece of a body: making a view each time would cost more than reading it. */
	slice(from: number, to: number): this {
		this.pieceFrom = from;
		this.pieceTo = to;
		return this;
	}

	private isInText(at: number): boolean {
		return at >= this.textFrom && at < this.textTo;
	}

	private findHead(from: number, to: number): void {
		const { bytes } = this;
		if (from < this.alone || bytes[from] === CR || bytes[from] === NEWLINE) return;
		const found = Buffer.prototype.indexOf.call(bytes, EMPTY_LINE, from);
		const end = found < 0 ? to + 1 : found + EMPTY_LINE.length;
		if (end > to) {
			this.alone = to;
		} else if (end - from > TEXT_BYTES_MAX) {
			this.alone = end - TEXT_BYTES_MAX;
		} else {
			this.text = textOf(bytes, from, end);
			this.textFrom = from;
			this.textTo = end;
		}
	}

	private lineOfText(from: number, to: number): string | undefined {
		const { text, textFrom } = this;
		const start = from - textFrom;
		const newline = text.indexOf('\n', start);
		if (textFrom + newline >= to) return undefined;
		this.lineEnd = textFrom + newline + 1;
		return text.slice(start, newline > start && text.charCodeAt(newline - 1) === CR ? newline - 1 : newline);
	}

	private lineAlone(from: number, to: number): string | undefined {
		const { bytes } = this;
		const newline = Buffer.prototype.indexOf.call(bytes, NEWLINE, from);
		if (newline < 0 || newline >= to) return undefined;
		this.lineEnd = newline + 1;
		return textOf(bytes, from, newline > from && bytes[newline - 1] === CR ? newline - 1 : newline);
	}
}
