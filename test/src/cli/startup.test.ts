import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const capture = folder.write('one.pcap', captureOf(conversation()));
const empty = folder.write('empty.cjs', new Uint8Array(0));
const hook = folder.write(
	'hook.cjs',
	new TextEncoder().encode("process.once('exit', () => require('fs').writeSync(2, JSON.stringify(process.moduleLoadList)));"),
);

/** The modules of Node that a program has loaded when it ends. */
async function modulesOf(program: string, ...args: readonly string[]): Promise<string[]> {
	const { stderr } = await promisify(execFile)(process.execPath, ['--require', hook, program, ...args]);
	return (JSON.parse(stderr) as string[]).flatMap(name => /^NativeModule (.+)/.exec(name)?.[1] ?? []);
}

describe.concurrent('what is slow to load', () => {
	const slow = ['child_process', 'crypto', 'module', 'net', 'stream', 'worker_threads', 'zlib', 'internal/modules/esm/loader'];

	it.each([['--version'], ['flows', capture], ['flows', '--json', capture], ['chunks', capture], ['http', capture], ['tls', capture]])(
		'should be left alone by %s',
		async (...args) => {
			const [loaded, always] = await Promise.all([modulesOf(main, ...args), modulesOf(empty)]);
			expect(loaded).toContain('fs');
			expect(loaded.filter(name => slow.includes(name) && !always.includes(name))).toEqual([]);
		},
	);

	it('should be left alone by the library, until it is used', async () => {
		// toReadable() gives a stream of Node, so that is there from the start.
		const always = ['module', 'internal/modules/esm/loader', 'stream'];
		const loaded = await modulesOf(join(dirname(main), '../../src/node.js'));
		expect(loaded).toContain('fs/promises');
		expect(loaded.filter(name => slow.includes(name) && !always.includes(name))).toEqual([]);
	});

	it('should be found by this test where it is loaded', async () => {
		const loaded = await modulesOf(main, 'flows', '--json', '--digest', 'sha256', capture);
		expect(loaded).toContain('crypto');
	});
});

describe('the bundle', () => {
	const files = readdirSync(dirname(main));
	const texts = files.map(name => readFileSync(join(dirname(main), name), 'utf8'));

	it('should need no package, so that it is quick, and runs without any', () => {
		const needed = texts.flatMap(text =>
			[...text.matchAll(/\b(?:require|import)\(["'`]([^"'`]+)["'`]\)/g)].map(([, name]) => name as string),
		);
		expect(needed).toContain('node:fs');
		expect(needed.filter(name => !isBuiltin(name) && !name.startsWith('./'))).toEqual([]);
	});

	it('should bring the licences of what is in it', () => {
		const licences = texts[files.indexOf('LICENSES.txt')];
		for (const name of ['commander', 'http-parser-js', 'io-ts', 'rxjs']) expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+`, 'm'));
		expect(licences).toContain('Apache License');
	});

	it('should leave out most of rxjs', () => {
		expect(texts.join('')).toContain('class Observable');
		expect(texts.join('')).not.toContain('class WebSocketSubject');
	});
});
