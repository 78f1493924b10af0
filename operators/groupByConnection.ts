import type { GroupedObservable, OperatorFunction } from 'rxjs';
import type { Connection } from '../src/assembly/connection.js';
import type { Flush } from '../src/assembly/flush.js';
import { Reassembly } from '../src/assembly/reassembly.js';
import { SegmentTracker } from '../src/assembly/segmentTracker.js';
import type { Segment } from '../src/wire/segment.js';
import { grouped } from './grouping.js';
import { sortSegments } from './sortSegments.js';

/** One connection: what was seen of both its directions; `key` is the Connection. */
export type ConnectionObservable<T> = GroupedObservable<Connection, T>;

/**
 * Splits the stream by connection: each inner stream completes when both directions have ended, and the same ends may
 * come again as another connection.
 *
 * After `reassemble` it groups chunks: that is the fast way. Before it, it groups segments, so that each connection can
 * have its own `reassemble`, with the same result; `Flush` marks then go to every group. The limits of `reassemble` then
 * hold for each connection alone, and groups end by its default rules, whatever it is told.
 *
 * An inner stream keeps what comes before its first subscriber, to the end of the turn. Nobody has to subscribe.
 *
 * @example
 * ```ts
 * chunks.pipe(groupByConnection(), mergeFlows(connection => connection.pipe(parseWith(http1))));
 * ```
 */
export function groupByConnection<T extends Reassembly | Segment | Flush>(): OperatorFunction<T, ConnectionObservable<T>> {
	const operator = grouped<Reassembly | Segment | Flush, Connection>(groups => {
		const sortSegment = sortSegments(groups, () => SegmentTracker.ofConnections(), numberOf);
		return item => {
			if (!(item instanceof Reassembly)) {
				sortSegment(item);
				return;
			}
			const { connection } = item;
			groups.give(connection, connection.id, item);
			if (item.last) groups.end(connection, connection.id);
		};
	}); // A group hands on what it was given, so what goes in as T comes out as T.
	return operator as OperatorFunction<unknown, unknown> as OperatorFunction<T, ConnectionObservable<T>>;
}

function numberOf({ id }: Connection): number {
	return id;
}
