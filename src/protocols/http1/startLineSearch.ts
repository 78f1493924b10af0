import { asBuffer } from './latin1.js';
import { methods } from './methods.js';
import { isStartLine, type MessageType, textOfLine } from './startLine.js';

const NEWLINE = 10;
/** What every start line has in it. */
const MARK = 'HTTP/1.';
/** What can follow a start line: a field, or the empty line that ends the head. */
const fieldLine = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:.*)?$/;
const knownMethod = new RegExp(`(?:${methods.join('|')}) [^ ]+ HTTP/1\\.\\d$`);
const statusLine = /HTTP\/1\.\d \d{3}(?: .*)?$/;

/** How far a search came. */
export interface SearchResult {
	readonly found: boolean;
	/** Where the start line begins; if none was found, where one may begin, whose end has not come yet. */
	readonly at: number;
}

/**
 * Looks for the next start line in bytes of which nobody knows where in a message they are: after a loss, or after what is
 * not HTTP.
 *
 * It must be followed by a field, or by the end of the head. It need not stand at the start of a line, since a body need
 * not end with a newline; where it does not, only well-known methods count. Start lines of more than `maxBytes` are not found.
 */
export function searchStartLine(type: MessageType, bytes: Uint8Array, maxBytes: number): SearchResult {
	const buffer = asBuffer(bytes);
	let from = 0;
	for (let mark = buffer.indexOf(MARK); mark >= 0; mark = buffer.indexOf(MARK, from)) {
		const end = buffer.indexOf(NEWLINE, mark);
		if (end < 0) break;
		const lineStart = buffer.lastIndexOf(NEWLINE, mark) + 1;
		const start = Math.max(lineStart, end - maxBytes);
		const at = startLineIn(type, textOfLine(bytes, start, end), start === lineStart);
		const next = at < 0 ? false : isFieldLine(bytes, end + 1, maxBytes);
		if (next !== false) return { found: next === true, at: start + at };
		from = end + 1;
	}
	// One byte more than a start line may have: so that the rest of a longer line is not taken for a whole one.
	const at = Math.max(from, buffer.lastIndexOf(NEWLINE) + 1, bytes.length - maxBytes - 1);
	return { found: false, at };
}

/** Where in a line a start line begins that ends with it; -1 for nowhere. */
function startLineIn(type: MessageType, line: string, isWhole: boolean): number {
	// No start line has a CR in it. Looking behind the last one alone takes linear time.
	const from = line.lastIndexOf('\r') + 1;
	const behind = line.slice(from).search(type === 'REQUEST' ? knownMethod : statusLine);
	if (behind >= 0 && isStartLine(type, line.slice(from + behind))) return from + behind;
	return isWhole && isStartLine(type, line) ? 0 : -1;
}

/** Whether a field or an empty line begins at `from`; undefined: its end has not come yet. */
function isFieldLine(bytes: Uint8Array, from: number, maxBytes: number): boolean | undefined {
	const end = bytes.indexOf(NEWLINE, from);
	if (end < 0) return bytes.length - from > maxBytes ? false : undefined;
	return end - from <= maxBytes && fieldLine.test(textOfLine(bytes, from, end));
}
