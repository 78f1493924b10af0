/** Preloaded into a measured process (`node --import`): when it ends, tells its parent of its time, GC and memory. */
import { PerformanceObserver, performance } from 'node:perf_hooks';

let gcMs = 0;
let collections = 0;
const observer = new PerformanceObserver(list => {
	for (const { duration } of list.getEntries()) {
		gcMs += duration;
		collections++;
	}
});
observer.observe({ entryTypes: ['gc'] });

process.once('beforeExit', () => {
	// What was collected last is delivered in a later turn.
	setTimeout(() => process.send?.({ ms: performance.now(), gcMs, collections, rss: process.resourceUsage().maxRSS * 1024 }), 1);
});
