import { parentPort, workerData } from 'node:worker_threads';
import { runRandom } from '../../test/support/randomRun.js';
import { casesOf, type Plan } from './cases.js';
import { Progress } from './progress.js';

const { plan, shared } = workerData as { plan: Plan; shared: SharedArrayBuffer };
const progress = new Progress(shared);
const REPORT_EVERY = 1_000_000;

let reported = 0;
for (const [place, random] of [...casesOf(plan)].entries()) {
	if (plan.only !== undefined && plan.only !== place) continue;
	progress.begin(place);
	runRandom(random, () => progress.advance());
	if (progress.segments - reported < REPORT_EVERY) continue;
	reported = progress.segments;
	parentPort?.postMessage(`  ${reported} segments`);
}
