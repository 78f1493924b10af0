import type { CloseReason } from '../src/assembly/closeReason.js';
import { Flush } from '../src/assembly/flush.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import type { SegmentTracker } from '../src/assembly/segmentTracker.js';
import type { Segment } from '../src/wire/segment.js';
import type { Groups } from './grouping.js';

/**
 * Sorts segments into the groups that a tracker tells, and ends those that it says have ended. The tracker is only made
 * when the first segment comes.
 *
 * A group whose own segment ended it is just completed. One that ended for another reason (room was needed, its ends were
 * reused) could not know, so it is told by a mark first.
 */
export function sortSegments<Key>(
	groups: Groups<Key, Reassembly | Segment | Flush>,
	makeTracker: () => SegmentTracker<Key>,
	numberOf: (key: Key) => number,
): (item: Segment | Flush) => void {
	let made: SegmentTracker<Key> | undefined;
	return item => {
		made ??= makeTracker();
		if (item instanceof Flush) {
			groups.tellAll(item);
			made.flush(item);
			for (const { key } of made.takeEnded()) groups.end(key, numberOf(key));
			return;
		}
		const own = made.push(item);
		const ended = made.takeEnded();
		for (const { key, reason } of ended) {
			if (key === own) continue;
			groups.tell(key, numberOf(key), closingMark(reason));
			groups.end(key, numberOf(key));
		}
		if (own === undefined) return;
		groups.give(own, numberOf(own), item);
		if (ended.some(({ key }) => key === own)) groups.end(own, numberOf(own));
	};
}

/**
 * The mark that closes what one group has, in the order in which `reassemble` closes a connection: it skips no holes
 * beforehand. What ended by a FIN that was held did not end by itself either: then its ends were reused.
 */
function closingMark(reason: CloseReason): Flush {
	const [never, always] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	return new Flush(never, never, always, reason === 'evicted' ? 'evicted' : 'reused');
}
