import { methods } from './methods.js';
import { asBuffer } from './nodeBuffer.js';

/** Requests come from the client, responses from the server. */
export type MessageType = 'REQUEST' | 'RESPONSE';

const NEWLINE = 10;
/** As long as a method may be; the longest registered one has 17. */
const METHOD_CHARACTERS_MAX = 32;
const method = `[!#$%&'*+\\-.^_\`|~0-9A-Za-z]{1,${METHOD_CHARACTERS_MAX}}`;

/** RFC 9112, section 3; any method that is a token (RFC 9110, section 9.1). */
export const requestLine = new RegExp(`^(${method}) ([^ ]+) HTTP/(1)\\.(\\d)$`);
const startOfRequestLine = new RegExp(`^${method}(?: |$)`);
/** RFC 9112, section 4. */
const statusLine = /^HTTP\/1\.\d \d{3}(?: .*)?$/;
const startOfStatusLine = 'HTTP/1.';

/** Whether a line, without its end, is a start line of HTTP/1. */
export function isStartLine(type: MessageType, line: string): boolean {
	return type === 'REQUEST' ? requestLine.test(line) : statusLine.test(line);
}

/**
 * Whether bytes begin with a start line of at most `maxBytes`; undefined as long as they may.
 *
 * What cannot become one is known early, so that bytes which are not HTTP do not wait for the end of a line.
 */
export function beginsWithStartLine(type: MessageType, bytes: Uint8Array, maxBytes: number): boolean | undefined {
	const end = asBuffer(bytes).indexOf(NEWLINE);
	if (end >= 0) return end <= maxBytes && isStartLine(type, textOfLine(bytes, 0, end));
	return bytes.length <= maxBytes && mayBecomeStartLine(type, bytes) ? undefined : false;
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
	const text = asBuffer(bytes).toString('latin1', 0, METHOD_CHARACTERS_MAX + 1);
	const end = text.indexOf(' ');
	return end < 0 ? methods.some(known => known.startsWith(text)) : methods.includes(text.slice(0, end));
}

/** The text of a line that ends before `end`, without the CR that belongs to its end. */
export function textOfLine(bytes: Uint8Array, from: number, end: number): string {
	return asBuffer(bytes).toString('latin1', from, end > from && bytes[end - 1] === 13 ? end - 1 : end);
}

function mayBecomeStartLine(type: MessageType, bytes: Uint8Array): boolean {
	const text = asBuffer(bytes).toString('latin1', 0, METHOD_CHARACTERS_MAX + 1);
	if (type === 'REQUEST') return startOfRequestLine.test(text);
	return text.startsWith(startOfStatusLine) || startOfStatusLine.startsWith(text);
}
