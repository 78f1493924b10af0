/** What a connection costs that was opened and then says nothing. Needs `node --expose-gc`. */

import type { Segment } from 'rx-reassembly';
import { reassemble } from 'rx-reassembly/operators';
import { Subject } from 'rxjs';
import { Load } from './load.js';
import { mebibytes, table } from './table.js';

const PART = 50_000;
const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100_000, 1_000_000];

const rows = counts.map(count => {
	const segments = new Subject<Segment>();
	const subscription = segments.pipe(reassemble()).subscribe();
	const before = inUse();
	open(segments, count);
	const after = inUse();
	const { rss } = process.memoryUsage();
	subscription.unsubscribe();
	return [count.toLocaleString('en'), ((after - before) / count).toFixed(0), mebibytes(rss)];
});
console.log(table(['idle connections', 'bytes each', 'RSS MiB'], rows));

/** In parts, since what makes the packets must be gone before memory is measured. */
function open(segments: Subject<Segment>, count: number): void {
	for (let from = 0; from < count; from += PART) {
		for (const segment of new Load(Math.min(PART, count - from), from).handshakes()) segments.next(segment);
	}
}

function inUse(): number {
	const { gc } = globalThis;
	if (gc === undefined) throw new Error('run it with node --expose-gc');
	gc();
	gc();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}
