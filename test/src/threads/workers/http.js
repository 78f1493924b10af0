import { serveShard } from 'rx-reassembly/node';
import { groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import { http1 } from 'rx-reassembly/protocols';

serveShard((segments, { data = {} }) =>
	segments.pipe(
		reassemble(data),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(http1))),
	),
);
