import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { detectProtocol, postgres } from '../../src/protocols/index.js';
import { messagesIn } from '../support/conversations.js';
import { chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of PostgreSQL messages with tshark');

/** Connections that break off: in this one a startup message was made that is longer than it says. */
const lost: Readonly<Record<string, number>> = { 'arkime/tests/pcap/arkime_synthetic.pcap': 1 };

/** How many messages of each type tshark finds. */
function typesOf(path: string): Record<string, number> {
	const output = execFileSync('tshark', ['-n', '-r', path, '-Y', 'pgsql', '-T', 'fields', '-e', 'pgsql.type'], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const counts: Record<string, number> = {};
	for (const type of output.split(/[\n,]/)) counts[type] = (counts[type] ?? 0) + 1;
	return counts;
}

describe.skipIf(corpus === undefined || !hasTool('tshark', 'PostgreSQL messages'))('PostgreSQL in real captures', () => {
	if (corpus === undefined) return;

	it('should be the messages that tshark finds', { timeout: 120_000 }, async () => {
		let count = 0;
		for (const capture of corpus.captures) {
			const messages = await messagesIn(detectProtocol({ postgres }), chunksIn(corpus, capture));
			if (messages.length === 0) continue;
			const ours = (...kinds: readonly string[]) => messages.filter(({ kind }) => kinds.includes(kind)).length;
			const theirs = typesOf(corpus.pathOf(capture));
			const found = { startup: ours('startup'), query: ours('query'), execute: ours('execute'), lost: ours('lost') };
			const expected = {
				startup: theirs['Startup message'] ?? 0,
				query: theirs['Simple query'] ?? 0,
				execute: theirs.Execute ?? 0,
				lost: lost[capture.path] ?? 0,
			};
			expect(found, capture.path).toEqual(expected);
			count += messages.length;
		}
		console.log(`${count} PostgreSQL messages`);
		expect(count).toBeGreaterThan(0);
	});
});
