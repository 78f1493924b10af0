import { Bench } from 'tinybench';
import { table } from './table.js';

/** One thing that is timed by itself. */
export interface Kernel {
	readonly name: string;
	/** What it does so many of in one run. */
	readonly unit: string;
	readonly items: number;
	/** Bytes that it goes through in one run; absent where that says nothing. */
	readonly bytes?: number;
	run(): void;
}

/** Times each kernel for `ms`, and gives the median as a table. */
export async function timeKernels(kernels: readonly Kernel[], ms: number): Promise<string> {
	const bench = new Bench({ time: ms, warmupTime: ms / 4, iterations: 5, warmupIterations: 2, throws: true });
	for (const { name, run } of kernels) bench.add(name, run);
	await bench.run();
	const rows = kernels.map((kernel, i) => row(kernel, medianMs(bench, i)));
	return table(['kernel', 'unit', 'ns each', 'million/s', 'MB/s'], rows);
}

function medianMs(bench: Bench, index: number): number {
	const task = bench.tasks[index];
	const result = task?.result;
	if (result === undefined || !('latency' in result)) throw new Error(`${task?.name} did not run: ${JSON.stringify(result)}`);
	return result.latency.p50;
}

function row({ name, unit, items, bytes }: Kernel, ms: number): string[] {
	const perSecond = items / ms / 1000;
	return [name, unit, (1000 / perSecond).toFixed(0), perSecond.toFixed(2), bytes === undefined ? '' : (bytes / ms / 1000).toFixed(0)];
}
