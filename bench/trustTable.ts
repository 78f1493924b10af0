/** Writes docs/captures.md: what we, tshark and tcpflow say of captures that tools disagree about. `npm run trust-table` */
import { writeFileSync } from 'node:fs';
import { trustResultOf } from '../test/corpus/trust/rows.js';
import { trustPage } from '../test/corpus/trust/table.js';
import { openCorpus } from '../test/support/corpus.js';

const PAGE = 'docs/captures.md';

const corpus = openCorpus(PAGE);
if (corpus === undefined) process.exitCode = 1;
else {
	const results = [];
	for (const capture of corpus.captures.filter(({ trust }) => trust < 3)) results.push(await trustResultOf(corpus, capture));
	if (results.some(({ hasTcpflow }) => !hasTcpflow)) console.log('tcpflow is not installed; its column is left out');
	writeFileSync(PAGE, trustPage(results));
	console.log(`${PAGE}: ${results.length} captures`);
}
