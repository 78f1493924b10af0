import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
// Inside the project, so that the programs find the package by its own name.
const folder = join(root, 'dist/thread-programs');
const worker = (name: string) => new URL(`./workers/${name}.js`, import.meta.url).href;

beforeAll(() => void mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that uses `shards(name)`, to its own end; answers what it printed. */
async function run(name: string, code: string): Promise<string> {
	const prelude = `
		import { fromFile, inShards } from 'rx-reassembly/node';
		import { decodeTcp } from 'rx-reassembly/operators';
		import { concat, NEVER, timer, takeUntil } from 'rxjs';
		const workers = ${JSON.stringify(Object.fromEntries(['segments', 'chunks', 'slow', 'failing'].map(each => [each, worker(each)])))};
		const shards = (name, data) => inShards(new URL(workers[name]), { shards: 2, data });
		const segments = fromFile(${JSON.stringify(join(root, 'examples/captures/http.pcap'))}).pipe(decodeTcp());
	`;
	const file = join(folder, `${name}.mjs`);
	writeFileSync(file, `${prelude}\n${code}`);
	return (await promisify(execFile)(process.execPath, [file], { timeout: 20_000 })).stdout;
}

describe('a process with shards', () => {
	it('should end when they have completed', async () => {
		const code = `let n = 0; segments.pipe(shards('segments')).subscribe({ next: () => n++, complete: () => console.log(n > 100) });`;
		expect(await run('complete', code)).toBe('true\n');
	});

	it('should end when it has unsubscribed, from a source that never ends', async () => {
		const code = `
			const subscription = concat(segments, NEVER).pipe(shards('segments')).subscribe(() => undefined);
			setTimeout(() => { subscription.unsubscribe(); console.log('left'); }, 300);`;
		expect(await run('leave', code)).toBe('left\n');
	});

	it('should end when it has unsubscribed at once, and in the middle of the work of a worker', async () => {
		const code = `
			concat(segments, NEVER).pipe(shards('segments')).subscribe(() => undefined).unsubscribe();
			concat(segments, NEVER).pipe(shards('slow', { ms: 60_000 }), takeUntil(timer(500))).subscribe({ complete: () => console.log('left') });`;
		expect(await run('leave-busy', code)).toBe('left\n');
	});

	it('should end when a shard has failed', async () => {
		const code = `
			concat(segments, NEVER).pipe(shards('failing', { how: 'throws', shard: 1, packet: 1 }))
				.subscribe({ error: error => console.log(error.code) });`;
		expect(await run('fail', code)).toBe('failed\n');
	});

	it('should wait for workers that are slow', async () => {
		const code = `
			let n = 0;
			segments.pipe(shards('slow', { ms: 2 })).subscribe({ next: () => n++, complete: () => console.log(n > 100) });`;
		expect(await run('slow', code)).toBe('true\n');
	});
});
