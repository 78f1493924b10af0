import { Reassembly } from '../src/assembly/reassembly.js';
import { printChunk } from './chunkLine.js';
import { printPayload } from './payload.js';

/** A text that stands for itself: it is shown without quotes. */
export class PlainText {
	constructor(readonly text: string) {}
}

/**
 * Shows any value as one line of text, so that two values are the same exactly if their texts are.
 *
 * Chunks as chunk lines, bytes as payloads, inner streams as `<0: 'a', 3: |>`, errors by name, message and own fields,
 * other objects by their class and own enumerable fields in the order of the names.
 *
 * @example
 * ```ts
 * printValue({ b: 1, a: ['x'] }); // "{ a: ['x'], b: 1 }"
 * ```
 */
export function printValue(value: unknown): string {
	return printWithin(value, []);
}

function printWithin(value: unknown, parents: readonly object[]): string {
	if (typeof value === 'string') return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
	if (typeof value === 'bigint') return `${value}n`;
	if (typeof value === 'function') return `function ${value.name}`;
	if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
	if (parents.includes(value)) return '<itself>';
	return printObject(value, [...parents, value]);
}

function printObject(value: object, parents: readonly object[]): string {
	const inner = (item: unknown) => printWithin(item, parents);
	if (value instanceof PlainText) return value.text;
	if (value instanceof Reassembly) return printChunk(value);
	if (value instanceof Uint8Array) return printPayload(value);
	if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`;
	if (value instanceof RegExp) return String(value);
	if (value instanceof Error) return [`${value.name}: ${value.message}`, ...printFields(value, inner, ['name', 'message'])].join(' ');
	if (isStream(value)) return `<${value.map(message => printMessage(message, inner)).join(', ')}>`;
	if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
	const name = value.constructor?.name ?? 'Object';
	if (value instanceof Map) return `${name} [${[...value].map(inner).join(', ')}]`;
	if (value instanceof Set) return `${name} [${[...value].map(inner).join(', ')}]`;
	if (ArrayBuffer.isView(value)) return `${name} [${Object.values(value).map(inner).join(', ')}]`;
	return [...(name === 'Object' ? [] : [name]), ...printFields(value, inner)].join(' ') || '{}';
}

/** What TestScheduler makes of an inner Observable. */
interface Message {
	readonly frame: number;
	readonly notification: { readonly kind: string; readonly value?: unknown; readonly error?: unknown };
}

function isStream(value: object): value is Message[] {
	const isMessage = (item: unknown) => typeof item === 'object' && item !== null && 'frame' in item && 'notification' in item;
	return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function printMessage({ frame, notification }: Message, inner: (item: unknown) => string): string {
	const { kind, value, error } = notification;
	if (kind === 'C') return `${frame}: |`;
	return kind === 'E' ? `${frame}: # ${inner(error)}` : `${frame}: ${inner(value)}`;
}

/** Own enumerable fields in braces; nothing if there are none. */
function printFields(value: object, inner: (item: unknown) => string, except: readonly string[] = []): string[] {
	const names = Object.keys(value).filter(name => !except.includes(name));
	if (names.length === 0) return [];
	const fields = names.sort().map(name => `${name}: ${inner((value as Record<string, unknown>)[name])}`);
	return [`{ ${fields.join(', ')} }`];
}
