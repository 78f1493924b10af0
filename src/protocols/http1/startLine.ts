import type { Inlet } from './inlet.js';
import { textOf } from './latin1.js';
import { methods } from './methods.js';

/** Requests come from the client, responses from the server. */
export type MessageType = 'REQUEST' | 'RESPONSE';

/** What the first line of a message says. */
export interface StartLine {
	/** `1.0` or `1.1`. */
	readonly version: string;
	/** Of a request; empty for a response. */
	readonly method: string;
	readonly url: string;
	/** Of a response; 0 for a request. */
	readonly status: number;
	readonly reason: string;
}

/** Start lines longer than this are not found after a loss. */
export const SEARCHED_LINE_BYTES_MAX = 8 * 1024;
const NEWLINE = 10;
/** As long as a method may be; the longest registered one has 17. */
const METHOD_CHARACTERS_MAX = 32;
const method = `[!#$%&'*+\\-.^_\`|~0-9A-Za-z]{1,${METHOD_CHARACTERS_MAX}}`;

/** RFC 9112, section 3; any method that is a token (RFC 9110, section 9.1). */
const requestLine = new RegExp(`^(${method}) ([^ ]+) HTTP/(1\\.\\d)$`);
const startOfRequestLine = new RegExp(`^${method}(?: |$)`);
/** RFC 9112, section 4. */
const statusLine = /^HTTP\/(1\.\d) (\d{3})(?: (.*))?$/;
const startOfStatusLine = 'HTTP/1.';

/** What a line says, without its end; undefined if it is no start line of HTTP/1. */
function parseStartLine(type: MessageType, line: string): StartLine | undefined {
	const match = type === 'REQUEST' ? requestLine.exec(line) : statusLine.exec(line);
	if (match === null) return undefined;
	if (type === 'REQUEST') return { version: match[3] ?? '', method: match[1] ?? '', url: match[2] ?? '', status: 0, reason: '' };
	return { version: match[1] ?? '', method: '', url: '', status: Number(match[2]), reason: match[3] ?? '' };
}

/** Whether a line, without its end, is a start line of HTTP/1. */
export function isStartLine(type: MessageType, line: string): boolean {
	return type === 'REQUEST' ? requestLine.test(line) : statusLine.test(line);
}

/**
 * The start line of at most `maxBytes` that what can be read begins with: null if it does not, undefined as long as it may.
 *
 * What cannot become one is known early, so that bytes which are not HTTP do not wait for the end of a line.
 */
export function startLineAt(type: MessageType, { block, from, visibleTo }: Inlet, maxBytes: number): StartLine | null | undefined {
	const line = block.line(from, visibleTo);
	if (line !== undefined) return (block.lineEnd - 1 - from <= maxBytes && parseStartLine(type, line)) || null;
	return visibleTo - from <= maxBytes && mayBecomeStartLine(type, block.bytes, from, visibleTo) ? undefined : null;
}

/** Whether bytes begin with a start line of at most `maxBytes`; undefined as long as they may. */
export function beginsWithStartLine(type: MessageType, bytes: Uint8Array, maxBytes: number): boolean | undefined {
	const end = bytes.indexOf(NEWLINE);
	if (end >= 0) return end <= maxBytes && isStartLine(type, textOfLine(bytes, 0, end));
	return bytes.length <= maxBytes && mayBecomeStartLine(type, bytes, 0, bytes.length) ? undefined : false;
}

/**
 * The same for what may be a body as well: only well-known methods count then, since a body may run into the request line
 * behind it.
 */
export function beginsWithKnownStartLine(type: MessageType, bytes: Uint8Array, maxBytes: number): boolean | undefined {
	const begins = beginsWithStartLine(type, bytes, maxBytes);
	return begins === false || type === 'RESPONSE' || hasKnownMethod(bytes) ? begins : false;
}

function hasKnownMethod(bytes: Uint8Array): boolean {
	const text = beginning(bytes, 0, bytes.length);
	const end = text.indexOf(' ');
	return end < 0 ? methods.some(known => known.startsWith(text)) : methods.includes(text.slice(0, end));
}

/** The text of a line that ends before `end`, without the CR that belongs to its end. */
export function textOfLine(bytes: Uint8Array, from: number, end: number): string {
	return textOf(bytes, from, end > from && bytes[end - 1] === 13 ? end - 1 : end);
}

function mayBecomeStartLine(type: MessageType, bytes: Uint8Array, from: number, to: number): boolean {
	const text = beginning(bytes, from, to);
	if (type === 'REQUEST') return startOfRequestLine.test(text);
	return text.startsWith(startOfStatusLine) || startOfStatusLine.startsWith(text);
}

function beginning(bytes: Uint8Array, from: number, to: number): string {
	return textOf(bytes, from, Math.min(to, from + METHOD_CHARACTERS_MAX + 1));
}
