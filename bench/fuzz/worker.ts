import { parentPort, workerData } from 'node:worker_threads';
import { caseOf, inputOf } from '../../test/support/fuzzCase.js';
import { runFuzz } from '../../test/support/fuzzLaws.js';
import { fuzzSeeds } from '../../test/support/fuzzSeeds.js';
import { Progress } from '../random/progress.js';
import { FuzzMemory } from './memory.js';
import { FuzzTally } from './tally.js';

/** Which cases are to be run. */
export interface FuzzPlan {
	readonly seed: number;
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
	readonly shared: SharedArrayBuffer;
}

/** What the worker says. */
export type FuzzMessage =
	| { readonly kind: 'problem'; readonly place: number; readonly problem: string }
	| { readonly kind: 'report' | 'end'; readonly line: string };

const REPORT_EVERY = 20_000;

const { seed, from, to, shared } = workerData as FuzzPlan;
const progress = new Progress(shared);
const seeds = fuzzSeeds('examples/captures');
const tally = new FuzzTally();
const memory = new FuzzMemory();

tell({ kind: 'report', line: `${seeds.length} captures to begin with` });
let place = from;
for (; place < to && !progress.isStopped; place++) {
	progress.begin(place);
	await run();
	if (tally.cases % REPORT_EVERY === 0) tell({ kind: 'report', line: `  ${tally}` });
}
tell({ kind: 'end', line: `${tally}` });

async function run(): Promise<void> {
	memory.begin();
	let name = '';
	try {
		const input = inputOf(caseOf(seed, place), seeds);
		name = input.name;
		tally.add(await runFuzz(input));
	} catch (error) {
		tally.fail();
		tell({ kind: 'problem', place, problem: `${name}: ${error instanceof Error ? error.stack : error}` });
	}
	const problem = memory.end(tally.cases);
	if (problem !== undefined) tell({ kind: 'problem', place, problem: `${name}: ${problem}` });
}

function tell(message: FuzzMessage): void {
	parentPort?.postMessage(message);
}
