/**
 * `http1` beside http-parser-js alone, on the same bytes: exchanges/s of CPU time, cold and warm.
 *
 * Each runs in a process of its own, in interleaved rounds; `--beside MODULE` adds the `http1` of another build. Cold is the
 * first round of a fresh process. Ratios are those of one round.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { httpMixes } from './httpMixes.js';
import { table } from './table.js';

const { values } = parseArgs({
	options: {
		beside: { type: 'string', multiple: true, default: [] },
		mix: { type: 'string' },
		rounds: { type: 'string', default: '9' },
		exchanges: { type: 'string', default: '40000' },
		cold: { type: 'string', default: '2000' },
	},
});

const WARM_UP_ROUNDS = 3;
const COLD_PROCESSES = 5;
const runner = fileURLToPath(new URL('./httpRunner.js', import.meta.url));
const ours = import.meta.resolve('rx-reassembly/protocols');
/** The arguments of each runner, and what it is called. */
const subjects: readonly (readonly [title: string, module: string, ...options: string[]])[] = [
	['http-parser-js alone', 'alone'],
	['http1', ours],
	['http1, no bodies kept', ours, '0'],
	...values.beside.map(path => [`http1 of ${path}`, pathToFileURL(resolve(path)).href] as const),
];

const rows: string[][] = [];
for (const { name } of httpMixes) {
	if (values.mix !== undefined && values.mix !== name) continue;
	rows.push(...rowsOf(name, 'cold', await cold(name)), ...rowsOf(name, 'warm', await warm(name)));
}
console.log(table(['bytes', 'when', 'parser', 'exchanges/s', 'ns each', '× parser alone'], rows));

/** Nanoseconds for an exchange: a list of rounds, each with a figure for every subject. */
type Rounds = readonly (readonly number[])[];

async function cold(mix: string): Promise<Rounds> {
	const rounds: number[][] = [];
	for (let i = 0; i < COLD_PROCESSES; i++) {
		const [round = []] = await inProcesses(mix, [Number(values.cold)]);
		rounds.push([...round]);
	}
	return rounds;
}

async function warm(mix: string): Promise<Rounds> {
	const exchanges = Array.from({ length: WARM_UP_ROUNDS + Number(values.rounds) }, () => Number(values.exchanges));
	return (await inProcesses(mix, exchanges)).slice(WARM_UP_ROUNDS);
}

async function inProcesses(mix: string, exchanges: readonly number[]): Promise<Rounds> {
	const children = await Promise.all(subjects.map(([, module, ...options]) => started(module, mix, options)));
	const rounds: number[][] = [];
	for (const count of exchanges) {
		const round: number[] = [];
		for (const child of children) {
			child.send(count);
			round.push(Number(await answerOf(child)));
		}
		rounds.push(round);
	}
	for (const child of children) child.disconnect();
	return rounds;
}

async function started(module: string, mix: string, options: readonly string[]): Promise<ChildProcess> {
	const child = fork(runner, [module, mix, ...options]);
	await answerOf(child);
	return child;
}

function answerOf(child: ChildProcess): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const exited = (code: number | null) => reject(new Error(`${child.spawnargs.slice(2).join(' ')}: exit ${code}`));
		child.once('exit', exited);
		child.once('message', answer => {
			child.off('exit', exited);
			resolve(answer);
		});
	});
}

function rowsOf(mix: string, when: string, rounds: Rounds): string[][] {
	return subjects.map(([title], i) => {
		const ns = median(rounds.map(round => round[i] ?? Number.NaN));
		const ratio = median(rounds.map(round => (round[i] ?? Number.NaN) / (round[0] ?? Number.NaN)));
		return [mix, when, title, (1e9 / ns).toFixed(0), ns.toFixed(0), i === 0 ? '' : ratio.toFixed(2)];
	});
}

function median(numbers: readonly number[]): number {
	return numbers.toSorted((x, y) => x - y)[numbers.length >> 1] ?? Number.NaN;
}
