import { execFileSync } from 'node:child_process';
import { filter, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { dns } from '../../src/protocols/dns.js';
import { type Corpus, type CorpusCapture, chunksIn, openCorpus } from '../support/corpus.js';
import { hasTool } from '../support/tshark.js';

const corpus = openCorpus('the comparison of DNS over TCP with tshark');
const hasTshark = hasTool('tshark', 'the comparison of DNS over TCP with tshark');

async function ours(from: Corpus, capture: CorpusCapture): Promise<string[]> {
	const exchanges = chunksIn(from, capture).pipe(
		filter(({ connection: { server, client } }) => server.port === 53 || client.port === 53),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(dns))),
	);
	return (await lastValueFrom(exchanges.pipe(toArray())))
		.flatMap(({ query, response }) => [query, response])
		.filter(message => message !== null)
		.map(({ id, isResponse, questions }) => `0x${id?.toString(16).padStart(4, '0')}\t${isResponse ? 1 : 0}\t${questions[0]?.name}`)
		.sort();
}

/** A line for each message. tshark looks into datagrams that an error of ICMP quotes as well: they were not sent here. */
function theirs(path: string): string[] {
	const fields = ['dns.id', 'dns.flags.response', 'dns.qry.name'].flatMap(field => ['-e', field]);
	const args = ['-r', path, '-Y', 'dns && tcp.port == 53 && !icmp', '-T', 'fields', ...fields];
	const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 });
	const lines = output.split('\n').filter(line => line !== '');
	return lines.map(line => line.replace('<Root>', '.')).sort();
}

describe.skipIf(corpus === undefined || !hasTshark)('DNS over TCP in the corpus', () => {
	if (corpus === undefined || !hasTshark) return;
	it.each(corpus.captures)('should be as tshark has it in $path', async capture => {
		expect(await ours(corpus, capture)).toEqual(theirs(corpus.pathOf(capture)));
	});
});
