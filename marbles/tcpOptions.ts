import type { LineReader, Word } from './lineReader.js';

/** An option of the TCP header (RFC 9293, RFC 7323, RFC 2018). */
export type TcpOption =
	| { readonly kind: 'eol' | 'nop' | 'sackOK' }
	| { readonly kind: 'mss' | 'wscale'; readonly value: number }
	| { readonly kind: 'sack'; readonly blocks: readonly (readonly [start: number, end: number])[] }
	| { readonly kind: 'TS'; readonly value: number; readonly echo: number };

/** Bytes that all options of a header may have together. */
export const OPTION_BYTES_MAX = 40;

const expectedOption = 'an option: mss N, wscale N, sackOK, sack A:B …, TS val N ecr N, nop, eol';
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
			return undefined;
	}
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
	}
}

function word(value: number): number[] {
	return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
