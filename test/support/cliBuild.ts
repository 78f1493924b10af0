import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

/** Builds dist/ before the tests that run it, unless it is newer than all it is made of. */
export async function setup(): Promise<void> {
	const [built, ...sources] = await Promise.all([
		modified(join(root, 'dist/bundle/cli/rx-reassembly.cjs')),
		...['tsconfig.json', 'rolldown.config.ts', 'package-lock.json'].map(name => modified(join(root, name))),
		...['src', 'operators', 'marbles'].map(newestIn),
	]);
	if (built !== undefined && sources.every(time => time !== undefined && time < built)) return;
	await tool('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noEmitOnError');
	await tool('rolldown/bin/cli.mjs', '-c', 'rolldown.config.ts');
}

async function tool(script: string, ...args: readonly string[]): Promise<void> {
	const command = [join(root, 'node_modules', script), ...args];
	await promisify(execFile)(process.execPath, command, { cwd: root }).catch(({ stdout, message }) => {
		throw new Error(`the package does not build:\n${stdout || message}`);
	});
}

async function newestIn(folder: string): Promise<number> {
	const entries = await readdir(join(root, folder), { recursive: true });
	const times = await Promise.all(entries.map(entry => modified(join(root, folder, entry))));
	return Math.max(...times.map(time => time ?? 0));
}

async function modified(path: string): Promise<number | undefined> {
	return stat(path).then(
		({ mtimeMs }) => mtimeMs,
		() => undefined,
	);
}
