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
import * as ndjson from 'rx-reassembly/ndjson';
import * as protocols from 'rx-reassembly/protocols';
import * as marbles from 'rx-reassembly/marbles';
import * as rxjs from 'rxjs';
import { readFileSync } from 'node:fs';
Object.assign(globalThis, rxjs, core, node, operators, ndjson, protocols, marbles);
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
const moduleName = ({ code }: Example) => /^\/\/ (\S+\.(?:shard|parser)\.js)\n/.exec(code)?.[1];

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
	for (const example of ['docs/shards.md', 'docs/writing-a-parser.md'].flatMap(examplesIn)) {
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

describe('examples/httpassembly.mjs', () => {
	it('should find the requests that the first example of the README finds', { timeout: 30_000 }, async () => {
		const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'examples/httpassembly.mjs')], { timeout: 20_000 });
		expect(stderr).toBe('');
		const requests = stdout
			.trim()
			.split('\n')
			.map(line => / ([A-Z]+ \S+),/.exec(line)?.[1]);
		const first = (await run('requests', examplesIn('README.md')[0]?.code ?? '')).stdout.trim().split('\n');
		expect(requests.sort()).toEqual(first.map(line => line.replace(/ \d+$/, '')).sort());
		expect(stdout).toContain('127.0.0.1:50005->127.0.0.1:8080: PUT /upload, 20000 bytes in its body');
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

describe('the page about parsers', () => {
	const examples = examplesIn('docs/writing-a-parser.md').filter(example => moduleName(example) === undefined);

	it.each(examples)('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		const { stdout, stderr } = await run(place.replace(/\W+/g, '-'), code);
		expect(stderr).toBe('');
		if (code.includes('console.log')) expect(stdout.trim().split('\n').length).toBeGreaterThan(2);
	});

	it('should have a whole parser in 30 lines', () => {
		const [parser] = examplesIn('docs/writing-a-parser.md').filter(example => moduleName(example) !== undefined) as [Example];
		expect(parser.code.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
	});

	it('should have a test that can fail', { timeout: 30_000 }, async () => {
		const [{ code }] = examples.filter(example => example.code.includes('packetMarbles(')) as [Example];
		await expect(run('failing', code.replace("reply: '250 hello'", "reply: '550 no'"))).rejects.toThrow('250 hello');
	});
});

describe('the page about backpressure', () => {
	it.each(examplesIn('docs/backpressure.md'))('$place should run as it stands', { timeout: 30_000 }, async ({ place, code }) => {
		const { stdout, stderr } = await run(place.replace(/\W+/g, '-'), code);
		expect(stderr).toBe('');
		expect(stdout).not.toBe('');
	});
});

describe('the pages about protocols', () => {
	it.each(['docs/http.md', 'docs/memory.md', 'docs/mqtt.md', 'docs/postgres.md', 'docs/redis.md', 'docs/tls.md'].flatMap(examplesIn))(
		'$place should run as it stands',
		{ timeout: 30_000 },
		async ({ place, code }) => {
			const { stderr } = await run(place.replace(/\W+/g, '-'), `import './prelude.mjs';\n${code}`);
			expect(stderr).toBe('');
		},
	);
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
