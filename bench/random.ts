/**
 * Random segments under every option set: `npm run random`. What must hold: nothing throws, nothing hangs, and the books
 * are kept (see test/support/randomLaws.ts). Exit code 1, and the case that breaks it, if not.
 *
 * `--segments 10000000` over all option sets together, `--each` that many for each of them; `--seed N`; `--set NAME`;
 * `--case N` repeats one case alone, `--no-antipodes` leaves out what is half way round the sequence numbers.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { optionSets } from '../test/support/randomOptions.js';
import { casesOf } from './random/cases.js';
import { Progress } from './random/progress.js';

const HANG_MS = 20_000;

const { values } = parseArgs({
	allowNegative: true,
	options: {
		segments: { type: 'string', default: '10000000' },
		seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
		set: { type: 'string' },
		case: { type: 'string' },
		each: { type: 'boolean', default: false },
		antipodes: { type: 'boolean', default: true },
	},
});
const sets = values.set === undefined ? Object.keys(optionSets) : [values.set];
const perSet = values.each ? Number(values.segments) : Math.ceil(Number(values.segments) / sets.length);
const seed = Number(values.seed);
const plan = { sets, seed, perSet, only: values.case === undefined ? undefined : Number(values.case), antipodes: values.antipodes };

console.log(`seed ${seed}: ${perSet} segments for each of ${sets.length} option sets${plan.antipodes ? '' : ', no antipodes'}`);
const progress = new Progress();
const worker = new Worker(new URL('./random/worker.js', import.meta.url), { workerData: { plan, shared: progress.shared } });
worker.on('message', (line: string) => console.log(line));
worker.on('error', error => fail(error instanceof Error ? error.message : String(error)));
worker.on('exit', code => {
	clearInterval(watchdog);
	if (code === 0 && process.exitCode === undefined) console.log(`well: ${progress.segments} segments`);
});

let before = -1;
const watchdog = setInterval(() => {
	if (progress.segments === before) fail(`no end of segment ${progress.step}`);
	before = progress.segments;
}, HANG_MS);

function fail(problem: string): void {
	clearInterval(watchdog);
	process.exitCode = 1;
	console.log(`WRONG: ${problem}`);
	const broken = [...casesOf(plan)][progress.place];
	console.log(`  case ${progress.place}: ${JSON.stringify(broken)}`);
	const { set, each, antipodes, segments } = values;
	const flags = [
		...(set === undefined ? [] : ['--set', JSON.stringify(set)]),
		...(each ? ['--each'] : []),
		...(antipodes ? [] : ['--no-antipodes']),
	];
	console.log(`  again: ${['npm run random -- --segments', segments, '--seed', seed, '--case', progress.place, ...flags].join(' ')}`);
	void worker.terminate();
}
