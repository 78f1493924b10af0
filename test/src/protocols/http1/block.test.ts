import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Block } from '../../../../src/protocols/http1/block.js';
import { wire } from './talk.js';

/** All lines of bytes, read one after the other, and where the last one ended. */
function linesOf(block: Block, from: number, to: number): [lines: string[], end: number] {
	const lines: string[] = [];
	let at = from;
	for (let line = block.line(at, to); line !== undefined; line = block.line(at, to)) {
		lines.push(line);
		at = block.lineEnd;
	}
	return [lines, at];
}

function blockOf(text: string): Block {
	const block = new Block();
	block.reset(new Uint8Array(Buffer.from(text, 'latin1')));
	return block;
}

/** The same, obviously right. */
function plainLinesOf(text: string, from: number, to: number): [lines: string[], end: number] {
	const whole = text.slice(from, to);
	const lines = whole.split('\n');
	const rest = lines.pop() ?? '';
	return [lines.map(line => line.replace(/\r$/, '')), to - rest.length];
}

describe('Block', () => {
	it('should cut any bytes into lines, however far it may look', () => {
		const piece = fc.constantFrom('\n', '\r\n', '\r', 'GET / HTTP/1.1', 'X: \xe9', 'a', '\r\n\r\n', '\n\n', 'x'.repeat(1500));
		const text = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));
		fc.assert(
			fc.property(text, fc.nat(), fc.nat(), fc.nat(), (all, a, b, c) => {
				const from = a % (all.length + 1);
				const to = from + (b % (all.length - from + 1));
				const near = from + (c % (to - from + 1));
				const block = blockOf(all);
				// What was read does not depend on what was asked for before.
				expect(linesOf(block, from, to)).toEqual(plainLinesOf(all, from, to));
				expect(linesOf(block, from, near)).toEqual(plainLinesOf(all, from, near));
				expect(linesOf(block, near, to)).toEqual(plainLinesOf(all, near, to));
			}),
			{ numRuns: 2000 },
		);
	});

	it('should forget all of the bytes before when it is given others', () => {
		const block = blockOf('GET /1 HTTP/1.1\r\n\r\n');
		expect(block.line(0, 19)).toBe('GET /1 HTTP/1.1');
		block.reset(wire('GET /2 HTTP/1.1\n\n'));
		expect(block.line(0, 19)).toBe('GET /2 HTTP/1.1');
		block.reset();
		expect(block.line(0, 0)).toBeUndefined();
	});

	it('should make no text of more than 4 KiB, since what is kept of it keeps it alive', () => {
		const head = `GET / HTTP/1.1\n${'X: 1\n'.repeat(1000)}\n`;
		const block = blockOf(wire(head).reduce((text, code) => text + String.fromCharCode(code), ''));
		const lengths: number[] = [];
		for (let at = 0; block.line(at, block.bytes.length) !== undefined; at = block.lineEnd) {
			lengths.push((block as unknown as { text: string }).text.length);
		}
		expect(lengths).toHaveLength(1002);
		expect(lengths[0]).toBe(0);
		expect(Math.max(...lengths)).toBeGreaterThan(4000);
		expect(Math.max(...lengths)).toBeLessThanOrEqual(4096);
	});
});
