/**
 * How long it takes to start: Node alone, imports, and the command line on a capture of one packet. `-- --rounds N`
 *
 * Whole processes, in interleaved rounds. A ratio is that to Node alone in the same round, so that a machine that slows
 * down slows both.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { writeCapture } from './captureFile.js';
import { packetsOf, shapes } from './shapes.js';
import { table } from './table.js';

// From dist/bench, where it runs.
const root = resolve(import.meta.dirname, '../..');
const tool = join(root, 'dist/bundle/cli/rx-reassembly.cjs');

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } });
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-startup-'));
try {
	const file = join(folder, 'one.pcap');
	writeCapture(file, [...packetsOf(shapes.bulk, 1)].slice(0, 1));
	const starts = Object.entries(startsOn(file));
	const times = starts.map((): number[] => []);
	for (let round = 0; round < rounds; round++) {
		for (const [i, [name, args]] of starts.entries()) times[i]?.push(run(name, args));
	}
	const alone = times[0] ?? [];
	const rows = starts.map(([name], i) => row(name, times[i] ?? [], alone));
	console.log(table(['start', 'median ms', 'least ms', 'ratio'], rows));
} finally {
	rmSync(folder, { recursive: true });
}

/** What is started, by name; Node alone comes first. */
function startsOn(file: string): Record<string, string[]> {
	const importing = (...names: string[]) => ['--input-type=module', '-e', names.map(name => `import '${name}';`).join(' ')];
	return {
		'node -e 0': ['-e', '0'],
		'import rxjs': importing('rxjs'),
		'import the library': importing('rx-reassembly/node', 'rx-reassembly/operators'),
		'import the library, protocols': importing('rx-reassembly/node', 'rx-reassembly/operators', 'rx-reassembly/protocols'),
		'bench:driver FILE': [join(root, 'dist/bench/driver.js'), file],
		'rx-reassembly --version': [tool, '--version'],
		'rx-reassembly --help': [tool, '--help'],
		'rx-reassembly flows FILE': [tool, 'flows', file],
		'rx-reassembly chunks FILE': [tool, 'chunks', file],
		'rx-reassembly http FILE': [tool, 'http', file],
	};
}

/** Milliseconds from the start of a process to its end. */
function run(name: string, args: string[]): number {
	const startedAt = performance.now();
	const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
	const ms = performance.now() - startedAt;
	if (status !== 0) throw new Error(`${name}: exit ${status}: ${stderr}`);
	return ms;
}

function row(name: string, times: readonly number[], alone: readonly number[]): string[] {
	const ratios = times.map((ms, i) => ms / (alone[i] ?? Number.NaN));
	return [name, median(times).toFixed(0), Math.min(...times).toFixed(0), median(ratios).toFixed(2)];
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
