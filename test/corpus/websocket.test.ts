import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createHttp1 } from '../../src/protocols/http1.js';
import { webSocketUpgrade } from '../../src/protocols/websocket.js';
import { messagesIn } from '../support/conversations.js';
import { chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of WebSocket messages with tshark');

/** How many frames of each opcode tshark finds. */
function framesOf(path: string): Record<string, number> {
	const output = execFileSync('tshark', ['-n', '-r', path, '-Y', 'websocket', '-T', 'fields', '-e', 'websocket.opcode'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	return tally(output.split(/[\n,]/).filter(opcode => opcode !== ''));
}

function tally(values: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}

const opcodes: Readonly<Record<string, string>> = { text: '1', binary: '2', close: '8', ping: '9', pong: '10' };

describe.skipIf(corpus === undefined || !hasTool('tshark', 'WebSocket messages'))('WebSocket in real captures', () => {
	if (corpus === undefined) return;

	it('should be the messages that tshark finds', { timeout: 120_000 }, async () => {
		const parser = createHttp1({ upgrade: webSocketUpgrade() });
		let count = 0;
		for (const capture of corpus.captures) {
			const messages = await messagesIn(parser, chunksIn(corpus, capture));
			const found = messages.flatMap(message => ('type' in message ? [message] : []));
			if (found.length === 0) continue;
			expect(found.map(({ error }) => error).filter(error => error !== null)).toEqual([]);
			const continued = found.reduce((sum, { frames }) => sum + frames - 1, 0);
			const ours = { ...(continued > 0 && { 0: continued }), ...tally(found.map(({ kind }) => opcodes[kind] ?? kind)) };
			expect(ours, capture.path).toEqual(framesOf(corpus.pathOf(capture)));
			count += found.length;
		}
		console.log(`${count} WebSocket messages`);
		expect(count).toBeGreaterThan(0);
	});
});
