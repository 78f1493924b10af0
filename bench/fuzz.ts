/**
 * Broken captures for readers and decoders: `npm run fuzz`. What must hold is in test/support/fuzzLaws.ts; besides, no
 * case takes more than a second of processor time, and none makes memory grow by more than 64 MiB. A worker runs the
 * cases, and is watched from here. Exit code 1, and the cases that break it, if not.
 *
 * `--cases 100000`; `--seconds N` to stop earlier; `--seed N`; `--case N` repeats one case alone, `--from N` begins there.
 * The captures to begin with are made for it, those of the examples, and those in the folder that CORPUS_DIR names.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FuzzWatch } from './fuzz/watch.js';
import type { FuzzMessage, FuzzPlan } from './fuzz/worker.js';
import { Progress } from './random/progress.js';

const WATCH_EVERY_MS = 250;
const PROBLEMS_MAX = 10;

const { values } = parseArgs({
	options: {
		cases: { type: 'string', default: '100000' },
		seconds: { type: 'string', default: 'Infinity' },
		seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
		case: { type: 'string' },
		from: { type: 'string', default: '0' },
	},
});
const seed = Number(values.seed);
const only = values.case === undefined ? undefined : Number(values.case);
const from = only ?? Number(values.from);
const to = only === undefined ? from + Number(values.cases) : only + 1;
const until = performance.now() + Number(values.seconds) * 1000;
const progress = new Progress();
const watch = new FuzzWatch();
let problems = 0;
/** Whether the worker has its captures: to load them and itself takes longer than a case. */
let isLoaded = false;
let worker = start(from);

console.log(`seed ${seed}: cases ${from} to ${to - 1}`);
const watchdog = setInterval(() => {
	if (performance.now() > until) progress.stop();
	const hang = isLoaded ? watch.look(progress.place) : undefined;
	if (hang === undefined) return;
	tell(progress.place, hang);
	void worker.terminate();
	if (problems < PROBLEMS_MAX && only === undefined) worker = start(progress.place + 1);
	else clearInterval(watchdog);
}, WATCH_EVERY_MS);

function start(first: number): Worker {
	progress.begin(first);
	isLoaded = false;
	const plan: FuzzPlan = { seed, from: first, to, shared: progress.shared };
	const started = new Worker(new URL('./fuzz/worker.js', import.meta.url), { workerData: plan });
	started.on('message', (message: FuzzMessage) => {
		isLoaded = true;
		if (message.kind === 'problem') tell(message.place, message.problem);
		else console.log(message.line);
		if (message.kind === 'end' || problems >= PROBLEMS_MAX) finish();
	});
	started.on('error', error => {
		tell(progress.place, `the worker failed: ${error instanceof Error ? error.stack : error}`);
		finish();
	});
	return started;
}

function tell(place: number, problem: string): void {
	problems++;
	process.exitCode = 1;
	console.log(`WRONG, case ${place}: ${problem}\n  again: npm run fuzz -- --seed ${seed} --case ${place}`);
}

function finish(): void {
	clearInterval(watchdog);
	void worker.terminate();
	if (problems === 0) console.log('well');
}
