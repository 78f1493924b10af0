import { DOMParser } from '@xmldom/xmldom';
import { expect } from 'vitest';
import { parsePacketLine } from '../../marbles/packetLine.js';
import { packetFromLine } from '../../marbles/packetSource.js';
import type { Packet } from '../../src/packet.js';

/** The flow of the default connection. */
export const flow = '10.0.0.1:1024->10.0.0.2:80';

/** Packets at these times, one line each. */
export function packetsAt(...lines: readonly (readonly [ms: number, line: string])[]): Packet[] {
	return lines.map(([ms, line], i) => packetFromLine(parsePacketLine(line), ms, i + 1));
}

/** What no terminal may see: control characters but the end of a line, and halves of characters. */
const raw = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A picture that any terminal can show: it is this wide at most, and nothing in it is obeyed. */
export function expectPrintable(text: string, width: number): void {
	expect(text).not.toMatch(raw);
	expect(Math.max(...text.split('\n').map(line => [...line].length))).toBeLessThanOrEqual(width);
}

/** An image that any program can read; all words of its texts. */
export function wordsOfSvg(svg: string): string {
	expect(svg).not.toMatch(raw);
	const onError = (level: string, message: string) => expect.fail(`${level}: ${message}`);
	const document = new DOMParser({ onError }).parseFromString(svg, 'image/svg+xml');
	expect(document.documentElement?.nodeName).toBe('svg');
	return Array.from(document.getElementsByTagName('text'), element => element.textContent).join('\n');
}

/** The parts of a text picture that tell of each packet: `c  5 ms  C> …` with its note. */
export function notesIn(text: string): Readonly<Record<string, string>> {
	const entries = text.split('\n').flatMap(line => {
		const [, letter, note] = /^(\S) +\d+ ms {2}.*?(?: {2}← (.*))?$/u.exec(line) ?? [];
		return letter === undefined || note === undefined ? [] : [[letter, note] as const];
	});
	return Object.fromEntries(entries);
}
