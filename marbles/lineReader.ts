/** A word of a legend's line. */
export interface Word {
	readonly text: string;
	/** Where it starts in the line, from 1. */
	readonly column: number;
}

/**
 * Why a line of a legend could not be read: what was expected, what was found, and where.
 *
 * @example
 * ```text
 * packets, legend 'a', column 14: expected a payload of 3 bytes, as 1:4(3) says, found 4 bytes
 *   C> . 1:4(3) "ABCD"
 *               ^
 * ```
 */
export class LineError extends TypeError {
	override readonly name = 'LineError';

	constructor(
		readonly line: string,
		/** Where in the line, from 1. */
		readonly column: number,
		readonly expected: string,
		readonly found: string,
		/** Whose line it is: `packets, legend 'a'`. */
		readonly place?: string | undefined,
	) {
		// Tabs stay, so that the mark stands below its word however wide they are.
		const indent = line.slice(0, column - 1).replace(/[^\t]/g, ' ');
		const where = place === undefined ? `column ${column}` : `${place}, column ${column}`;
		super(`${where}: expected ${expected}, found ${found}\n  ${line}\n  ${indent}^`);
	}

	/** The same error, with whose line it is. */
	at(place: string): LineError {
		return new LineError(this.line, this.column, this.expected, this.found, place);
	}
}

/** What each kind of word says about a line; the keys name the kinds for people. */
export type WordReaders<Draft> = Readonly<Record<string, (draft: Draft, reader: LineReader, word: Word) => void>>;

/** Options in angle brackets, with what hangs on behind; or anything without blanks but in quotes. */
const wordPattern = /<[^>]*>\S*|(?!<)(?:"(?:[^"\\]|\\.)*"|[^\s"])+/y;
const numberPattern = /^(?:0x[0-9a-f]+|\d+)$/i;

/** Reads the words of one line from left to right. */
export class LineReader {
	private readonly words: readonly Word[];
	private at = 0;

	constructor(readonly line: string) {
		this.words = splitLine(line);
	}

	/** The next word, left where it is; undefined at the end of the line. */
	peek(): Word | undefined {
		return this.words[this.at];
	}

	/** Takes the next word, which is to be what `expected` says. */
	next(expected: string): Word {
		const word = this.peek();
		if (word === undefined) throw new LineError(this.line, this.line.length + 1, expected, 'the end of the line');
		this.at++;
		return word;
	}

	/** Takes the next word as a number from 0 to `max`, decimal or with 0x, behind a prefix; `what` names it. */
	nextNumber(what: string, max: number, prefix = ''): number {
		const expected = `${what}: a number from 0 to ${max}`;
		const word = this.next(expected);
		const digits = word.text.slice(prefix.length);
		const value = numberPattern.test(digits) ? Number(digits) : Number.NaN;
		if (!(value <= max)) throw this.error(word, expected);
		return value;
	}

	/**
	 * Takes all that is left: words of any kind in any order, of each kind at most one.
	 *
	 * @returns the words by their kinds.
	 */
	readWords<Draft>(readers: WordReaders<Draft>, kindOf: (word: Word) => string, draft: Draft): ReadonlyMap<string, Word> {
		const words = new Map<string, Word>();
		for (let word = this.peek(); word !== undefined; word = this.peek()) {
			const kind = kindOf(word);
			const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
			if (read === undefined) throw this.error(word, `one of ${Object.keys(readers).join(', ')}`);
			if (words.has(kind)) throw this.error(word, `${kind} only once`);
			words.set(kind, word);
			read(draft, this, this.next(kind));
		}
		return words;
	}

	/** The error that a word is not what was expected; `offset` leads to the wrong part of it. */
	error(word: Word, expected: string, found: string = quote(word.text), offset = 0): LineError {
		return new LineError(this.line, word.column + offset, expected, found);
	}
}

function splitLine(line: string): Word[] {
	const words: Word[] = [];
	let at = line.search(/\S/);
	while (at >= 0 && at < line.length) {
		wordPattern.lastIndex = at;
		const text = wordPattern.exec(line)?.[0];
		if (text === undefined) {
			const closing = line[at] === '"' ? 'a closing "' : 'a closing >';
			throw new LineError(line, at + 1, closing, 'the end of the line');
		}
		words.push({ text, column: at + 1 });
		at += text.length;
		while (/\s/.test(line[at] ?? '')) at++;
	}
	return words;
}

function quote(text: string): string {
	return text.startsWith('"') ? text : `'${text}'`;
}
