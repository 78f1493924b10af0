import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseChunkLine, printChunkLine } from '../../marbles/chunkLine.js';
import { parsePacketLine, printPacketLine } from '../../marbles/packetLine.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/marbles.md'), 'utf8');

/** What a block of the page says: a line as written, and as printed. */
function pairsIn(block: string): [written: string, printed: string][] {
	const [, text = ''] = new RegExp(`\`\`\`${block}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
	const lines = text.trim().split('\n');
	return lines.map(line => line.split('=>').map(side => side.trim()) as [string, string]);
}

describe('the page about the language', () => {
	it.each(pairsIn('packets'))('should print the packet %s as %s', (written, printed) => {
		expect(printPacketLine(parsePacketLine(written))).toBe(printed);
		expect(printPacketLine(parsePacketLine(printed))).toBe(printed);
	});

	it.each(pairsIn('chunks'))('should print the chunk %s as %s', (written, printed) => {
		expect(printChunkLine(parseChunkLine(written))).toBe(printed);
		expect(printChunkLine(parseChunkLine(printed))).toBe(printed);
	});
});
