import { HEADER_BYTES, HELLO_BYTES, isHeader, isHello, isSsl2Hello, RecordType, recordLength } from './record.js';

/** How far a search came. */
export interface SearchResult {
	/** What begins at `at`; `wait`: that takes more bytes to tell. */
	readonly found: 'record' | 'ssl2' | 'wait';
	readonly at: number;
}

/**
 * Looks for a record in bytes of which nobody knows where in a record they are, if they are TLS at all.
 *
 * What looks like the header of a record is one if a hello is in it, or if another header stands where it ends, or the stream
 * ends there. At the start of a stream, a header alone is enough.
 */
export function searchRecord(bytes: Uint8Array, from: number, to: number, isStart: boolean, isEnd: boolean): SearchResult {
	if (isStart) {
		const verdict = startAt(bytes, from, to);
		if (verdict !== undefined) return { found: verdict, at: from };
	}
	for (let at = from; at < to; at++) {
		// The second byte is always the same: to look for it is quick.
		const second = at + 1 < to ? bytes.indexOf(3, at + 1) : -1;
		at = second < 0 || second >= to ? Math.max(at, to - 1) : second - 1;
		const verdict = isRecordAt(bytes, at, to, isEnd);
		if (verdict !== false) return { found: verdict === true ? 'record' : 'wait', at };
	}
	return { found: 'wait', at: to };
}

function startAt(bytes: Uint8Array, at: number, to: number): 'record' | 'ssl2' | 'wait' | undefined {
	const header = isHeader(bytes, at, to);
	if (header === true) return 'record';
	const ssl2 = isSsl2Hello(bytes, at, to);
	if (ssl2 === true) return 'ssl2';
	return header === undefined || ssl2 === undefined ? 'wait' : undefined;
}

function isRecordAt(bytes: Uint8Array, at: number, to: number, isEnd: boolean): boolean | undefined {
	const header = isHeader(bytes, at, to);
	if (header !== true) return isEnd ? false : header;
	const length = recordLength(bytes, at);
	const body = at + HEADER_BYTES;
	if (bytes[at] === RecordType.handshake && length >= HELLO_BYTES) {
		if (to - body < HELLO_BYTES) return isEnd ? false : undefined;
		if (isHello(bytes, body)) return true;
	}
	const next = body + length;
	if (isEnd && next === to) return true;
	const follows = next >= to ? undefined : isHeader(bytes, next, to);
	return isEnd ? follows === true : follows;
}
