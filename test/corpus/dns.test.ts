import { execFileSync, spawnSync } from 'node:child_process';
import { filter, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { groupByConnection } from '../../operators/groupByConnection.js';
import { mergeFlows } from '../../operators/mergeFlows.js';
import { parseWith } from '../../operators/parseWith.js';
import { dns } from '../../src/protocols/dns.js';
import { chunksIn, openCorpus, unreadable } from '../support/corpus.js';

const corpus = openCorpus('the comparison of DNS over TCP with tshark');
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.log('there is no tshark; left out: the comparison of DNS over TCP with it');

describe.skipIf(corpus === undefined || !hasTshark)('DNS over TCP in the corpus', () => {
	if (corpus === undefined || !hasTshark) return;
	const captures = corpus.captures.filter(capture => unreadable(corpus, capture) === undefined);
	const names = ['arkime/tests/pcap/arkime_synthetic.pcap', 'nDPI/tests/cfgs/default/pcap/dns_fragmented.pcap'];

	it.each(captures.filter(({ path }) => names.includes(path)))('should be as tshark has it in $path', async capture => {
		const fields = ['dns.id', 'dns.flags.response', 'dns.qry.name'].flatMap(field => ['-e', field]);
		const args = ['-r', corpus.pathOf(capture), '-Y', 'dns && tcp.port == 53', '-T', 'fields', ...fields];
		const text = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
		const theirs = text
			.trim()
			.split('\n')
			.map(line => line.replace('<Root>', '.'));
		const exchanges = await lastValueFrom(
			chunksIn(corpus, capture).pipe(
				groupByConnection(),
				mergeFlows(connection =>
					connection.pipe(
						filter(({ connection: { server, client } }) => server.port === 53 || client.port === 53),
						parseWith(dns),
					),
				),
				toArray(),
			),
		);
		const ours = exchanges
			.flatMap(({ query, response }) => [query, response])
			.filter(message => message !== null)
			.map(({ id, isResponse, questions }) => `0x${id?.toString(16).padStart(4, '0')}\t${isResponse ? 1 : 0}\t${questions[0]?.name}`);
		expect(ours.sort()).toEqual(theirs.sort());
	});
});
