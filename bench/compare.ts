/**
 * Two commands side by side: `compare FILE -- COMMAND A -- COMMAND B`; `{f}` in a command is the file, else it is appended.
 *
 * Whole processes, in interleaved rounds, on the file and on a capture of one packet. What the latter takes is the
 * start-up. Ratios are those of one round, so that a machine that slows down slows both.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeCapture } from './captureFile.js';
import { packetsOf, shapes } from './shapes.js';
import { mebibytes, table } from './table.js';

const ROUNDS = 5;
const SAMPLE_MS = 10;

interface Run {
	readonly seconds: number;
	readonly peakBytes: number;
}

interface Round {
	readonly whole: number;
	readonly net: number;
	readonly peakBytes: number;
}

const [file, first, second] = commandLine(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-compare-'));
try {
	const one = join(folder, 'one.pcap');
	writeCapture(one, [...packetsOf(shapes.bulk, 1)].slice(0, 1));
	const a: Round[] = [];
	const b: Round[] = [];
	for (let i = 0; i < ROUNDS; i++) {
		a.push(await round(first, file, one));
		b.push(await round(second, file, one));
	}
	const rows = [row('A', a), row('B', b)];
	console.log(table(['command', 'whole s', 'net s', 'peak MiB'], rows));
	const ratio = (of: (round: Round) => number) => median(a.map((run, i) => of(b[i] as Round) / of(run))).toFixed(2);
	console.log(`\nA is ${ratio(run => run.net)} × as fast as B net of start-up, ${ratio(run => run.whole)} × as whole processes`);
} finally {
	rmSync(folder, { recursive: true });
}

function commandLine(args: string[]): [string, string[], string[]] {
	const firstAt = args.indexOf('--');
	const secondAt = args.indexOf('--', firstAt + 1);
	const [path] = args;
	if (firstAt !== 1 || secondAt < 3 || secondAt === args.length - 1 || path === undefined) {
		throw new TypeError('usage: compare FILE -- COMMAND A -- COMMAND B');
	}
	return [path, args.slice(firstAt + 1, secondAt), args.slice(secondAt + 1)];
}

async function round(command: string[], path: string, onePacket: string): Promise<Round> {
	const startUp = await run(command, onePacket);
	const { seconds, peakBytes } = await run(command, path);
	return { whole: seconds, net: seconds - startUp.seconds, peakBytes };
}

function run(command: string[], path: string): Promise<Run> {
	const words = command.some(word => word.includes('{f}')) ? command.map(word => word.replaceAll('{f}', path)) : [...command, path];
	return new Promise((resolve, reject) => {
		const startedAt = performance.now();
		const child = spawn(words[0] as string, words.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
		let peakBytes = 0;
		const sampler = setInterval(() => {
			peakBytes = Math.max(peakBytes, peakOf(child.pid));
		}, SAMPLE_MS);
		child.once('error', reject);
		child.once('exit', code => {
			clearInterval(sampler);
			if (code === 0) resolve({ seconds: (performance.now() - startedAt) / 1000, peakBytes });
			else reject(new Error(`${words.join(' ')}: exit ${code}`));
		});
	});
}

/** Peak memory as Linux keeps it; 0 where there is no /proc, or the process has ended. */
function peakOf(pid: number | undefined): number {
	try {
		const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
		return Number(kibibytes ?? 0) * 1024;
	} catch {
		return 0;
	}
}

function row(name: string, rounds: Round[]): string[] {
	const of = (value: (round: Round) => number) => median(rounds.map(value));
	return [name, of(run => run.whole).toFixed(2), of(run => run.net).toFixed(2), mebibytes(of(run => run.peakBytes))];
}

function median(values: number[]): number {
	return values.sort((x, y) => x - y)[values.length >> 1] ?? Number.NaN;
}
