/** Start lines longer than this are not found. */
const LINE_BYTES_MAX = 8 * 1024;
const NEWLINE = 10;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A start line that was found, and what follows it in the block. */
export interface FoundLine {
	/** The line with its end. */
	readonly line: Uint8Array;
	readonly rest: Uint8Array;
}

/**
 * Looks for the next start line in bytes of which nobody knows where in a message they are. The line may begin anywhere in
 * what stands before its end, since a body need not end with a newline.
 */
export class StartLineSearch {
	private line = '';

	constructor(private readonly type: 'REQUEST' | 'RESPONSE') {}

	/** Looks on; undefined: not in these bytes. */
	feed(bytes: Uint8Array): FoundLine | undefined {
		let at = 0;
		for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
			this.add(bytes.subarray(at, end));
			at = end + 1;
			const from = this.type === 'REQUEST' ? requestLineIn(this.line) : statusLineIn(this.line);
			const found = this.line.slice(from);
			this.line = '';
			if (from >= 0) return { line: latin1Bytes(`${found}\n`), rest: bytes.subarray(at) };
		}
		this.add(bytes.subarray(at));
		return undefined;
	}

	private add(bytes: Uint8Array): void {
		this.line = (this.line + latin1(bytes.subarray(-LINE_BYTES_MAX))).slice(-LINE_BYTES_MAX);
	}
}

/** Where a request line begins that ends with the text; -1 if none does. Only well-known methods count. */
function requestLineIn(text: string): number {
	const line = text.endsWith('\r') ? text.slice(0, -1) : text;
	if (!/ HTTP\/1\.[01]$/.test(line.slice(-9))) return -1;
	const target = line.slice(0, -9);
	const space = target.lastIndexOf(' ');
	const before = target.slice(Math.max(0, space - 16), space);
	const method = methods.find(name => before.endsWith(name));
	return space < 0 || space === target.length - 1 || method === undefined ? -1 : space - method.length;
}

/** Where a status line begins that ends with the text; -1 if none does. */
function statusLineIn(text: string): number {
	const from = text.lastIndexOf('HTTP/1.');
	return from >= 0 && /^HTTP\/1\.[01] [1-5]\d\d(?: |\r?$)/.test(text.slice(from, from + 14)) ? from : -1;
}

function latin1(bytes: Uint8Array): string {
	return String.fromCharCode(...bytes);
}

function latin1Bytes(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}
