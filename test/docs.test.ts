import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
// Inside the project and outside node_modules, so that the examples find the package by its own name.
const folder = join(root, 'dist/docs-examples');

/** A block of code in the documentation, and where it stands. */
interface Example {
	readonly place: string;
	readonly code: string;
}

/** What the examples of doc comments take as given. */
const prelude = `
import * as core from 'rx-reassembly';
import * as node from 'rx-reassembly/node';
import * as operators from 'rx-reassembly/operators';
import * as protocols from 'rx-reassembly/protocols';
import * as marbles from 'rx-reassembly/marbles';
import * as rxjs from 'rxjs';
import { readFileSync } from 'node:fs';
Object.assign(globalThis, rxjs, core, node, operators, protocols, marbles);
globalThis.bytes = new Uint8Array(readFileSync('capture.pcap'));
globalThis.packets = node.fromFile('capture.pcap');
globalThis.frames = await rxjs.firstValueFrom(globalThis.packets.pipe(rxjs.toArray()));
globalThis.packet = await rxjs.firstValueFrom(globalThis.packets);
globalThis.segments = globalThis.packets.pipe(operators.decodeTcp());
globalThis.chunks = globalThis.segments.pipe(operators.reassemble());
globalThis.flow = (await rxjs.firstValueFrom(globalThis.chunks)).flow;
globalThis.connection = await rxjs.firstValueFrom(globalThis.chunks.pipe(operators.groupByConnection(), rxjs.map(c => c.pipe(rxjs.shareReplay()))));
`;

function examplesIn(page: string): Example[] {
	const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
	return blocks.map(([, code], i) => ({ place: `${page}, example ${i + 1}`, code: code as string }));
}

/** The name of a module that others load: its first line says so. */
const moduleName = ({ code }: Example) => /^\/\/ (\S+\.shard\.js)\n/.exec(code)?.[1];

function docCommentExamples(): Example[] {
	const files = ['src', 'operators', 'marbles'].flatMap(part => ts.sys.readDirectory(join(root, part), ['.ts']));
	return files.flatMap(path => {
		const file = relative(root, path);
		const comments = [...readFileSync(path, 'utf8').matchAll(/@example\n[ \t]*\* ```ts\n([\s\S]*?)\* ```/g)];
		return comments.map(([, code], i) => ({ place: `${file}, example ${i + 1}`, code: (code as string).replace(/^[ \t]*\* ?/gm, '') }));
	});
}

/** Runs a program in a process of its own, where `capture.pcap` is; answers what it printed. */
async function run(name: string, code: string): Promise<{ stdout: string; stderr: string }> {
	const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
	const file = join(folder, `${name}.mjs`);
	writeFileSync(file, outputText);
	return promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 20_000, maxBuffer: 64 * 2 ** 20 });
}

beforeAll(() => {
	mkdirSync(folder, { recursive: true });
	copyFileSync(join(root, 'examples/captures/http.pcap'), join(folder, 'capture.pcap'));
	writeFileSync(join(folder, 'prelude.mjs'), prelude);
	for (const example of examplesIn('docs/shards.md')) {
		const name = moduleName(example);
		if (name !== undefined) writeFileSync(join(folder, name), example.code);
	}
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the README', () => {
	const examples = examplesIn('README.md');

	it.each(examples)('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		const { stderr } = await run(place.replace(/\W+/g, '-'), code);
		expect(stderr).toBe('');
	});

	it('should print the exchanges of the capture with its first example', { timeout: 30_000 }, async () => {
		const { stdout } = await run('first', examples[0]?.code ?? '');
		const lines = stdout.trim().split('\n');
		expect(lines).toHaveLength(15);
		expect(lines).toContain('GET /report.csv 200');
	});
});

describe('the page about marbles', () => {
	it.each(examplesIn('docs/marbles.md'))('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		expect(await run(place.replace(/\W+/g, '-'), code)).toEqual({ stdout: '', stderr: '' });
	});
});

describe('the page about shards', () => {
	const examples = examplesIn('docs/shards.md').filter(example => moduleName(example) === undefined);

	it.each(examples)('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		const { stdout, stderr } = await run(place.replace(/\W+/g, '-'), code);
		expect(stderr).toBe('');
		expect(stdout.trim().split('\n')).toHaveLength(15);
	});
});

describe('the page about backpressure', () => {
	it.each(examplesIn('docs/backpressure.md'))('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		const { stdout, stderr } = await run(place.replace(/\W+/g, '-'), code);
		expect(stderr).toBe('');
		expect(stdout).not.toBe('');
	});
});

describe('doc comments', () => {
	const live = /\b(fromInterface|devices)\(/;
	const served = /^serveShard\(/m;
	const examples = docCommentExamples();

	it('should have an example of a module for a worker, which serves', { timeout: 30_000 }, async () => {
		const [{ code }] = examples.filter(example => served.test(example.code)) as [Example];
		writeFileSync(join(folder, 'served.mjs'), `import './prelude.mjs';\n${code}`);
		const shards = "inShards(new URL('./served.mjs', import.meta.url), { shards: 1 })";
		const { stdout, stderr } = await run(
			'serving',
			`import './prelude.mjs';\nsegments.pipe(${shards}, count()).subscribe(n => console.log(n));`,
		);
		expect({ stdout, stderr }).toEqual({ stdout: '15\n', stderr: '' });
	});

	it('should have examples', () => {
		expect(examples.length).toBeGreaterThan(10);
	});

	// What captures live is tried by the tests of the live source, where that can be.
	it.each(examples.filter(({ code }) => !live.test(code) && !served.test(code)))(
		'$place should run as it stands',
		{ timeout: 30_000 },
		async ({ place, code }) => {
			const { stderr } = await run(place.replace(/\W+/g, '-'), `import './prelude.mjs';\n${code}`);
			expect(stderr).toBe('');
		},
	);
});
