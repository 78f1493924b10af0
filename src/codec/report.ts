import type { Errors, ValidationError } from 'io-ts';

/** Lines that are said of one value; the rest is counted. */
const LINES_MAX = 8;
const PATH_MAX = 100;
const EXPECTED_MAX = 120;
const GOT_MAX = 60;

/**
 * Says what is wrong with a value, a line each: `headers.length: expected a whole number, got "12"`.
 *
 * However large or hostile the value is, there are at most nine lines of some 300 characters, and no line ends in them.
 */
export function reportLines(errors: Errors): readonly string[] {
	const lines = errors.slice(0, LINES_MAX).map(lineOf);
	const more = errors.length - lines.length;
	return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function lineOf({ context, value, message }: ValidationError): string {
	const last = context.at(-1);
	const path = pathOf(context.map(({ key }) => key));
	const expected = oneLine(message ?? `expected ${last?.type.name ?? 'something else'}`, EXPECTED_MAX);
	return `${path}${expected}, got ${describeValue(value)}`;
}

/** `a.b[0]: `, or nothing for the value itself. */
function pathOf(keys: readonly string[]): string {
	const path = keys
		.filter(key => key !== '')
		.reduce((before, key) => (before.length > PATH_MAX ? before : before + stepOf(before, key)), '');
	return path === '' ? '' : `${oneLine(path, PATH_MAX)}: `;
}

function stepOf(before: string, key: string): string {
	if (/^\d{1,10}$/.test(key)) return `[${key}]`;
	return before === '' ? key.slice(0, PATH_MAX) : `.${key.slice(0, PATH_MAX)}`;
}

/** What a value is, in few words, however large it is. */
export function describeValue(value: unknown): string {
	if (typeof value === 'string')
		return value.length > GOT_MAX ? `${quoted(value.slice(0, GOT_MAX))}… (${value.length} characters)` : quoted(value);
	if (typeof value === 'bigint') return cut(`${value}n`, GOT_MAX);
	if (typeof value === 'function') return 'a function';
	if (typeof value === 'symbol') return 'a symbol';
	if (typeof value !== 'object' || value === null) return String(value);
	if (Array.isArray(value)) return `an array of ${value.length}`;
	if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
	return 'an object';
}

/** Text that stands in one line and is no longer than that; what a terminal would obey is escaped. */
export function oneLine(text: string, max: number): string {
	return cut(text.slice(0, max + 1), max).replace(unprintable, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Control characters, those of bidirectional text, and the line ends of Unicode.
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function quoted(text: string): string {
	return JSON.stringify(text).replace(unprintable, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(text: string, max: number): string {
	return text.length > max ? `${text.slice(0, max)}…` : text;
}
