import type { GroupedObservable, OperatorFunction } from 'rxjs';
import type { Flush } from '../src/assembly/flush.js';
import { Reassembly } from '../src/assembly/reassembly.js';
import { SegmentTracker } from '../src/assembly/segmentTracker.js';
import type { Flow } from '../src/flow.js';
import type { Segment } from '../src/wire/segment.js';
import { grouped } from './grouping.js';
import { sortSegments } from './sortSegments.js';

/** One flow: what was seen of one direction of a connection; `key` is the Flow. */
export type FlowObservable<T> = GroupedObservable<Flow, T>;

/**
 * Splits the stream by flow (one direction of a connection): each inner stream completes when its flow ends, and the
 * same ends may come again as another.
 *
 * After `reassemble` it groups chunks. Before it, it groups segments, each direction by itself, as gopacket's
 * tcpassembly sees them: what needs the other side (its RST, its ACK) then does not apply, and `Flush` marks go to every
 * group.
 *
 * An inner stream keeps what comes before its first subscriber, to the end of the turn. Nobody has to subscribe.
 *
 * @example
 * ```ts
 * chunks.pipe(groupByFlow(), mergeFlows(flow => flow.pipe(map(chunk => `${flow.key} ${chunk.length}`))));
 * ```
 */
export function groupByFlow<T extends Reassembly | Segment | Flush>(): OperatorFunction<T, FlowObservable<T>> {
	const operator = grouped<Reassembly | Segment | Flush, Flow>(groups => {
		const sortSegment = sortSegments(groups, () => SegmentTracker.ofFlows(), noNumber);
		return item => {
			if (!(item instanceof Reassembly)) {
				sortSegment(item);
				return;
			}
			const { flow } = item;
			const number = numberOf(item);
			groups.give(flow, number, item);
			if (item.closed !== undefined) groups.end(flow, number);
		};
	}); // A group hands on what it was given, so what goes in as T comes out as T.
	return operator as OperatorFunction<unknown, unknown> as OperatorFunction<T, FlowObservable<T>>;
}

/** Each direction of a connection has its own. */
function numberOf({ connection, direction }: Reassembly): number {
	return 2 * connection.id + (direction === 'client' ? 0 : 1);
}

function noNumber(): number {
	return 0;
}
