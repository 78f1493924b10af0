import type { LineReader, Word } from './lineReader.js';

/** An option of the TCP header (RFC 9293, RFC 7323, RFC 2018). */
export type TcpOption =
	| { readonly kind: 'eol' | 'nop' | 'sackOK' }
	| { readonly kind: 'mss' | 'wscale'; readonly value: number }
	| { readonly kind: 'sack'; readonly blocks: readonly (readonly [start: number, end: number])[] }
	| { readonly kind: 'TS'; readonly value: number; readonly echo: number }
	/** Any other, by its number and what stands behind its length. */
	| { readonly kind: 'unknown'; readonly code: number; readonly bytes: readonly number[] };

/** Bytes that all options of a header may have together. */
export const OPTION_BYTES_MAX = 40;

const expectedOption = 'an option: mss N, wscale N, sackOK, sack A:B …, TS val N ecr N, nop, eol, unknown-N hex';
const limits = { mss: 0xffff, wscale: 0xff, sack: 0xffffffff, TS: 0xffffffff } as const;

/** Reads options as tcpdump lists them: `<mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>`. */
export function readOptions(reader: LineReader, word: Word): TcpOption[] {
	if (!word.text.endsWith('>')) throw reader.error(word, 'a blank behind >');
	const options: TcpOption[] = [];
	let offset = 1;
	for (const part of word.text.slice(1, -1).split(',')) {
		const option = readOption(part.trim());
		if (option === undefined) throw reader.error(word, expectedOption, `'${part.trim()}'`, offset);
		options.push(option);
		offset += part.length + 1;
	}
	const { length } = encodeOptions(options);
	if (length > OPTION_BYTES_MAX) throw reader.error(word, `at most ${OPTION_BYTES_MAX} bytes of options`, `${length}`);
	return options;
}

function readOption(text: string): TcpOption | undefined {
	const [kind, ...rest] = text.split(/\s+/);
	switch (kind) {
		case 'eol':
		case 'nop':
		case 'sackOK':
			return rest.length === 0 ? { kind } : undefined;
		case 'mss':
		case 'wscale': {
			const [value] = readNumbers(rest.join(' '), /^(\d+)$/, limits[kind]) ?? [];
			return value === undefined ? undefined : { kind, value };
		}
		case 'sack': {
			const blocks = rest.map(block => readNumbers(block, /^(\d+):(\d+)$/, limits.sack));
			if (blocks.length === 0 || blocks.includes(undefined)) return undefined;
			return { kind, blocks: blocks as [number, number][] };
		}
		case 'TS': {
			const [value, echo] = readNumbers(rest.join(' '), /^val (\d+) ecr (\d+)$/, limits.TS) ?? [];
			return value === undefined || echo === undefined ? undefined : { kind, value, echo };
		}
		default:
			return readUnknown(text);
	}
}

function readUnknown(text: string): TcpOption | undefined {
	const [, code, hex = ''] = /^unknown-(\d{1,3})(?:\s+((?:[0-9a-f]{2})+))?$/i.exec(text) ?? [];
	if (code === undefined || Number(code) < 2 || Number(code) > 255) return undefined;
	return { kind: 'unknown', code: Number(code), bytes: (hex.match(/../g) ?? []).map(pair => Number.parseInt(pair, 16)) };
}

function readNumbers(text: string, pattern: RegExp, max: number): number[] | undefined {
	const numbers = pattern.exec(text)?.slice(1).map(Number);
	return numbers?.every(number => number <= max) ? numbers : undefined;
}

/** Prints what {@link readOptions} reads. */
export function printOptions(options: readonly TcpOption[]): string {
	return `<${options.map(printOption).join(',')}>`;
}

function printOption(option: TcpOption): string {
	switch (option.kind) {
		case 'mss':
		case 'wscale':
			return `${option.kind} ${option.value}`;
		case 'sack':
			return `sack ${option.blocks.map(([start, end]) => `${start}:${end}`).join(' ')}`;
		case 'TS':
			return `TS val ${option.value} ecr ${option.echo}`;
		case 'unknown':
			return [`unknown-${option.code}`, ...(option.bytes.length === 0 ? [] : [hexOf(option.bytes)])].join(' ');
		default:
			return option.kind;
	}
}

/** The options as they stand in the header, filled up with zeros to whole words of four bytes. */
export function encodeOptions(options: readonly TcpOption[]): Uint8Array {
	const bytes = options.flatMap(encodeOption);
	while (bytes.length % 4 !== 0) bytes.push(0);
	return Uint8Array.from(bytes);
}

function encodeOption(option: TcpOption): number[] {
	switch (option.kind) {
		case 'eol':
			return [0];
		case 'nop':
			return [1];
		case 'mss':
			return [2, 4, option.value >>> 8, option.value & 0xff];
		case 'wscale':
			return [3, 3, option.value];
		case 'sackOK':
			return [4, 2];
		case 'sack':
			return [5, 2 + 8 * option.blocks.length, ...option.blocks.flat().flatMap(word)];
		case 'TS':
			return [8, 10, ...word(option.value), ...word(option.echo)];
		case 'unknown':
			return [option.code, 2 + option.bytes.length, ...option.bytes];
	}
}

/** The options of a header, as far as they can be understood; what is behind a wrong length, or an end of options, is left out. */
export function decodeOptions(bytes: Uint8Array): TcpOption[] {
	const options: TcpOption[] = [];
	for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
		const code = bytes[at] as number;
		const length = code === 1 ? 1 : (bytes[at + 1] ?? 0);
		if ((code !== 1 && length < 2) || at + length > bytes.length) break;
		options.push(code === 1 ? { kind: 'nop' } : decodeOption(code, [...bytes.subarray(at + 2, at + length)]));
		at += length;
	}
	return options;
}

function decodeOption(code: number, bytes: readonly number[]): TcpOption {
	const { length } = bytes;
	const number = (from: number, to: number) => bytes.slice(from, to).reduce((value, byte) => value * 256 + byte, 0);
	if (code === 2 && length === 2) return { kind: 'mss', value: number(0, 2) };
	if (code === 3 && length === 1) return { kind: 'wscale', value: number(0, 1) };
	if (code === 4 && length === 0) return { kind: 'sackOK' };
	if (code === 5 && length > 0 && length % 8 === 0) {
		const starts = Array.from({ length: length / 8 }, (_, i) => 8 * i);
		return { kind: 'sack', blocks: starts.map(start => [number(start, start + 4), number(start + 4, start + 8)] as const) };
	}
	if (code === 8 && length === 8) return { kind: 'TS', value: number(0, 4), echo: number(4, 8) };
	return { kind: 'unknown', code, bytes };
}

function word(value: number): number[] {
	return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function hexOf(bytes: readonly number[]): string {
	return bytes.map(byte => byte.toString(16).padStart(2, '0')).join('');
}
