/** What a worker of `driver FILE --http1 --shards N` does: all exchanges of its shard, and at the end what it counted. */

import { serveShard } from 'rx-reassembly/node';
import { groupByConnection, mergeFlows, parseWith, type ReassembleOptions, reassemble } from 'rx-reassembly/operators';
import { http1 } from 'rx-reassembly/protocols';
import { concat, defer, of } from 'rxjs';
import { each } from './each.js';
import { Tally } from './tally.js';

serveShard<unknown, ReassembleOptions>((segments, { data }) => {
	const tally = new Tally();
	const exchanges = segments.pipe(
		reassemble(data),
		each(chunk => tally.add(chunk)),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(http1))),
	);
	return concat(
		exchanges,
		defer(() => of({ tally: { ...tally } })),
	);
});
