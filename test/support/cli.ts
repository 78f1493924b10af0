import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The command line as it is installed. */
export const main = join(resolve(import.meta.dirname, '../..'), 'dist/bundle/cli/rx-reassembly.cjs');

/** What a run of the command line left behind. */
export interface Finished {
	/** Exit code; null if a signal ended it. */
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Starts the built command line in a process of its own. */
export function startCli(args: readonly string[]): ChildProcessWithoutNullStreams {
	return spawn(process.execPath, [main, ...args]);
}

/** Runs it to its end; `input` is its standard input. */
export async function runCli(args: readonly string[], input: Uint8Array = new Uint8Array(0)): Promise<Finished> {
	const child = startCli(args);
	// It may well end before it has read everything.
	child.stdin.on('error', () => undefined);
	child.stdin.end(input);
	return finished(child);
}

/** Runs it in a shell, as `$CLI`. */
export async function runShell(script: string, ...args: readonly string[]): Promise<Finished> {
	const child = spawn('bash', ['-c', `set -o pipefail; ${script}`, 'bash', ...args], {
		env: { ...process.env, CLI: `${process.execPath} ${main}` },
	});
	child.stdin.end();
	return finished(child);
}

/** Waits for the end of a process. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
	const output = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			output[name] += text;
		});
	}
	return new Promise((resolve, reject) => {
		child.on('error', reject).on('close', code => resolve({ code, ...output }));
	});
}

/** The lines of an output in which each is JSON. */
export function jsonLines(text: string): unknown[] {
	return linesOf(text).map(line => JSON.parse(line) as unknown);
}

export function linesOf(text: string): string[] {
	return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
