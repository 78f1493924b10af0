import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureToMarbles, type TestFramework } from '../../marbles/index.js';
import { fromBytes } from '../../src/sources/fromBytes.js';
import { bytesIn, openCorpus, segmentsIn } from '../support/corpus.js';

const root = resolve(import.meta.dirname, '../..');
const project = mkdtempSync(join(tmpdir(), 'rx-reassembly-generated-'));
const corpus = openCorpus('tests made of real captures, but for one of this project');
const CAPTURES = 10;

/** A capture of the project, and ten of the corpus, from all over it. */
function captures(): string[] {
	const all = (corpus?.captures ?? []).filter(({ trust, tcp_packets }) => trust === 3 && tcp_packets >= 8);
	const some = Array.from({ length: Math.min(CAPTURES, all.length) }, (_, i) => all[Math.floor((i * all.length) / CAPTURES)]);
	const paths = some.flatMap(capture => (capture === undefined ? [] : (corpus?.pathOf(capture) ?? [])));
	return [join(root, 'examples/captures/http.pcap'), ...paths];
}

/** Of the connection with the first payload. */
function sourceOf(path: string, framework: TestFramework): Promise<string> {
	const segment = segmentsIn(path).find(({ length }) => length > 0);
	if (segment === undefined) throw new Error(`${path}: no payload`);
	return firstValueFrom(fromBytes(bytesIn(path)).pipe(captureToMarbles(segment.flow, { framework })));
}

async function writeTests(framework: TestFramework): Promise<string[]> {
	const folder = join(project, framework.replace(':', '-'));
	mkdirSync(folder);
	const files: string[] = [];
	for (const [index, path] of captures().entries()) {
		const file = join(folder, `capture${index}.test.mjs`);
		writeFileSync(file, await sourceOf(path, framework));
		files.push(file);
	}
	return files;
}

function install(name: string): void {
	mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
	symlinkSync(name === 'rx-reassembly' ? root : join(root, 'node_modules', name), join(project, 'node_modules', name));
}

/** Everything that a program printed, whatever became of it. */
async function run(args: readonly string[], nodeOptions = ''): Promise<string> {
	// As in a shell of its own: not as a part of the run that this test belongs to.
	const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', NODE_OPTIONS: nodeOptions };
	const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: project, env, timeout: 120_000 }).catch(
		error => error,
	);
	return `${stdout}\n${stderr}`;
}

/** jest is no dependency of the project: it comes from the registry, when JEST=1 asks for it. */
function installJest(): boolean {
	if (process.env.JEST !== '1') {
		console.log('JEST=1 is not set; left out: generated tests under jest');
		return false;
	}
	try {
		execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', join(project, 'jest-home'), 'jest@30'], { stdio: 'pipe' });
		return true;
	} catch (error) {
		console.log(`jest cannot be installed; left out: generated tests under jest (${String(error).split('\n')[0]})`);
		return false;
	}
}

beforeAll(() => {
	writeFileSync(join(project, 'package.json'), '{ "name": "scratch", "private": true, "type": "module" }');
	for (const name of ['rx-reassembly', 'rxjs', 'vitest']) install(name);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('generated tests', () => {
	it('should pass under vitest', { timeout: 180_000 }, async () => {
		const files = await writeTests('vitest');
		const printed = await run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', join(project, 'vitest')]);
		expect(printed).toMatch(new RegExp(`Tests +${files.length} passed \\(${files.length}\\)`));
	});

	it('should pass under node:test', { timeout: 180_000 }, async () => {
		const files = await writeTests('node:test');
		const printed = await run(['--test', ...files]);
		expect(printed).toMatch(new RegExp(`pass ${files.length}\n`));
		expect(printed).toContain('fail 0\n');
	});

	it('should pass under jest', { timeout: 300_000 }, async context => {
		if (!installJest()) return context.skip();
		const home = join(project, 'jest-home/node_modules');
		symlinkSync(join(home, '@jest'), join(project, 'node_modules/@jest'));
		const files = await writeTests('jest');
		writeFileSync(join(project, 'jest.config.json'), '{ "testMatch": ["**/jest/*.test.mjs"], "transform": {} }');
		const printed = await run([join(home, 'jest/bin/jest.js')], '--experimental-vm-modules');
		expect(printed).toMatch(new RegExp(`Tests: +${files.length} passed, ${files.length} total`));
	});

	it('should fail when the engine gives something else', { timeout: 60_000 }, async () => {
		const path = join(root, 'examples/captures/http.pcap');
		const source = (await sourceOf(path, 'node:test')).replace("C> start'", "C> k1 start'");
		const file = join(project, 'wrong.test.mjs');
		writeFileSync(file, source);
		const printed = await run(['--test', file]);
		expect(printed).toContain('fail 1\n');
		expect(printed).toContain('the stream is not as expected at 0 ms');
	});
});
