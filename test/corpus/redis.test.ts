import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type RedisMessage, type RespValue, redis } from '../../src/protocols/index.js';
import type { ParserFactory } from '../../src/protocols/parser.js';
import { messagesIn } from '../support/conversations.js';
import { chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of Redis commands and replies with tshark');

interface Tally {
	commands: number;
	arrays: number;
	strings: number;
	integers: number;
	errors: number;
}

/** Values of each type that tshark finds, those in arrays too; a command in one line is a fragment to it. */
function theirs(path: string): Tally {
	const fields = [
		'tcp.dstport',
		...['array.length', 'fragment', 'bulk_string.length', 'string', 'integer', 'error'].map(field => `resp.${field}`),
	];
	const args = ['-n', '-r', path, '-Y', 'resp', '-T', 'fields', ...fields.flatMap(field => ['-e', field])];
	const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	const tally: Tally = { commands: 0, arrays: 0, strings: 0, integers: 0, errors: 0 };
	for (const line of output.split('\n').filter(line => line !== '')) {
		const [port, ...counts] = line.split('\t').map((text, i) => (i === 0 ? text : text === '' ? 0 : text.split(',').length));
		const [arrays = 0, fragments = 0, bulk = 0, simple = 0, integers = 0, errors = 0] = counts as number[];
		if (port === '6379') tally.commands += arrays + fragments;
		else {
			tally.arrays += arrays;
			tally.strings += bulk + simple;
			tally.integers += integers;
			tally.errors += errors;
		}
	}
	return tally;
}

function ours(messages: readonly RedisMessage[]): Tally {
	const tally: Tally = { commands: 0, arrays: 0, strings: 0, integers: 0, errors: 0 };
	const add = ({ kind, items }: RespValue) => {
		if (kind === 'array') tally.arrays++;
		else if (kind === 'string' || kind === 'null') tally.strings++;
		else if (kind === 'integer') tally.integers++;
		else if (kind === 'error') tally.errors++;
		items.forEach(add);
	};
	for (const { command, reply } of messages) {
		if (command !== null) tally.commands++;
		if (reply !== null) add(reply);
	}
	return tally;
}

/** The port tells tshark too. */
const redisByPort: ParserFactory<RedisMessage> = (emit, ends) =>
	redis(message => /:6379$/m.test(`${ends.client}\n${ends.server}`) && emit(message), ends);

describe.skipIf(corpus === undefined || !hasTool('tshark', 'Redis commands and replies'))('Redis in real captures', () => {
	if (corpus === undefined) return;

	it('should be the commands and replies that tshark finds', { timeout: 120_000 }, async () => {
		let count = 0;
		for (const capture of corpus.captures) {
			const messages = await messagesIn(redisByPort, chunksIn(corpus, capture));
			if (messages.length === 0) continue;
			expect(ours(messages), capture.path).toEqual(theirs(corpus.pathOf(capture)));
			count += messages.length;
		}
		console.log(`${count} Redis messages`);
		expect(count).toBeGreaterThan(0);
	});
});
