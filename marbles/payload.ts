import { LineReader, type Word } from './lineReader.js';

/** Bytes that one payload may have; far more than a TCP segment can carry. */
const PAYLOAD_BYTES_MAX = 2 ** 20;
/** What is shorter than this is not printed as a repetition, since it reads better as it is. */
const REPETITION_BYTES_MIN = 16;
const REPETITIONS_MIN = 4;
/** A run of one byte within something else is printed as a repetition from here on. */
const RUN_BYTES_MIN = 32;

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, '\\': 92 };
const escapeNames = new Map(Object.entries(escapes).map(([name, byte]) => [byte, `\\${name}`]));
const expectedPayload = 'a payload: "text", hex:48656c, or one of them *count, joined by +';

/** Whether a word of a line means to be a payload. */
export function isPayload(word: Word): boolean {
	return word.text.startsWith('"') || word.text.startsWith('hex:');
}

/**
 * Reads a payload: `"text"` with the escapes `\n \r \t \" \\ \xHH` (other characters as UTF-8), `hex:48656c`, or a
 * filler, which is one of them repeated: `"x"*1000`, `hex:00ff*16`; or some of them joined by `+`. At most 1 MiB.
 *
 * @throws LineError if it is none of these.
 * @example
 * ```ts
 * parsePayload('"GET /\\r\\n"'); // Uint8Array of 7 bytes
 * ```
 */
export function parsePayload(text: string): Uint8Array {
	const reader = new LineReader(text);
	const word = reader.next(expectedPayload);
	const rest = reader.peek();
	if (rest !== undefined) throw reader.error(rest, 'nothing behind the payload');
	return readPayload(reader, word);
}

/** Reads the payload that a word of a longer line is. */
export function readPayload(reader: LineReader, word: Word): Uint8Array {
	const parts: Uint8Array[] = [];
	let length = 0;
	for (let at = 0; at <= word.text.length; ) {
		const [, unit = '', suffix = ''] = /^("(?:[^"\\]|\\.)*"|hex:[^*+]*)([^+]*)/s.exec(word.text.slice(at)) ?? [];
		if (unit === '') throw reader.error(word, expectedPayload, undefined, at);
		parts.push(readPart(reader, word, at, unit, suffix, PAYLOAD_BYTES_MAX - length));
		length += parts.at(-1)?.length ?? 0;
		at += unit.length + suffix.length + '+'.length;
	}
	return join(parts, length);
}

/** A text or hex, and how often; `at` is where it stands in the word. */
function readPart(reader: LineReader, word: Word, at: number, text: string, suffix: string, lengthMax: number): Uint8Array {
	const unit = text.startsWith('"') ? readText(reader, word, at, text.slice(1, -1)) : readHex(reader, word, at, text.slice('hex:'.length));
	const countAt = at + text.length;
	const count = suffix === '' ? 1 : /^\*[1-9]\d*$/.test(suffix) ? Number(suffix.slice(1)) : Number.NaN;
	if (Number.isNaN(count)) throw reader.error(word, 'a blank, + or *count', `'${suffix}'`, countAt);
	if (!(unit.length * count <= lengthMax)) {
		throw reader.error(word, `at most ${lengthMax} bytes`, `${unit.length * count}`, countAt);
	}
	return repeat(unit, count);
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

function readText(reader: LineReader, word: Word, at: number, text: string): Uint8Array {
	const bytes: number[] = [];
	for (const { 0: part, 1: hex, index } of text.matchAll(/\\(?:x([0-9a-f]{2})|.)|[^\\]+/gis)) {
		if (!part.startsWith('\\')) {
			for (const byte of new TextEncoder().encode(part)) bytes.push(byte);
			continue;
		}
		const byte = hex === undefined ? escapes[part.slice(1)] : Number.parseInt(hex, 16);
		if (byte === undefined) throw reader.error(word, 'one of \\n \\r \\t \\" \\\\ \\xHH', `'${part}'`, at + 1 + index);
		bytes.push(byte);
	}
	return Uint8Array.from(bytes);
}

function readHex(reader: LineReader, word: Word, at: number, hex: string): Uint8Array {
	if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw reader.error(word, 'hex: and pairs of hex digits', undefined, at);
	return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}

function repeat(unit: Uint8Array, count: number): Uint8Array {
	const bytes = new Uint8Array(unit.length * count);
	for (let i = 0; i < count; i++) bytes.set(unit, i * unit.length);
	return bytes;
}

/**
 * Prints a payload as {@link parsePayload} reads it: as text or as hex, whichever is shorter, and as a filler where 16
 * bytes and more repeat themselves at least four times; within a longer payload, where 32 bytes and more are the same.
 * The same bytes always give the same text.
 *
 * @example
 * ```ts
 * printPayload(new Uint8Array(1000)); // '"\\x00"*1000'
 * ```
 */
export function printPayload(bytes: Uint8Array): string {
	const period = bytes.length < REPETITION_BYTES_MIN ? bytes.length : periodOf(bytes);
	const count = bytes.length / period;
	if (count >= REPETITIONS_MIN) return `${printUnit(bytes.subarray(0, period))}*${count}`;
	const parts = splitAtRuns(bytes).map(part => (isRun(part) ? `${printUnit(part.subarray(0, 1))}*${part.length}` : printUnit(part)));
	return parts.length === 0 ? printUnit(bytes) : parts.join('+');
}

/** The runs of one and the same byte that are worth it, and what is between them. */
function splitAtRuns(bytes: Uint8Array): Uint8Array[] {
	const parts: Uint8Array[] = [];
	let from = 0;
	for (let start = 0, end = 0; start < bytes.length; start = end) {
		for (end = start; end < bytes.length && bytes[end] === bytes[start]; ) end++;
		if (end - start < RUN_BYTES_MIN) continue;
		if (start > from) parts.push(bytes.subarray(from, start));
		parts.push(bytes.subarray(start, end));
		from = end;
	}
	if (from < bytes.length) parts.push(bytes.subarray(from));
	return parts;
}

function isRun(bytes: Uint8Array): boolean {
	return bytes.length >= RUN_BYTES_MIN && bytes.every(byte => byte === bytes[0]);
}

function printUnit(bytes: Uint8Array): string {
	const text = `"${Array.from(bytes, printByte).join('')}"`;
	if (text.length <= 'hex:'.length + 2 * bytes.length || bytes.length === 0) return text;
	return `hex:${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`;
}

function printByte(byte: number): string {
	const name = escapeNames.get(byte);
	if (name !== undefined) return name;
	return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** The length of the shortest part that the bytes are whole repetitions of (by the prefix function of Knuth, Morris and Pratt). */
function periodOf(bytes: Uint8Array): number {
	const { length } = bytes;
	const borders = new Int32Array(length);
	for (let i = 1; i < length; i++) {
		let border = borders[i - 1] as number;
		while (border > 0 && bytes[i] !== bytes[border]) border = borders[border - 1] as number;
		borders[i] = bytes[i] === bytes[border] ? border + 1 : border;
	}
	const period = length - (borders[length - 1] as number);
	return length % period === 0 ? period : length;
}
