import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const parts = ['src', 'operators', 'marbles'];
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IConfiguration;

/** Looks at every import below a folder, with the rules of the project. */
async function cruiseIn(baseDir: string): Promise<ICruiseResult> {
	const here = parts.filter(part => readdirSync(baseDir).includes(part));
	const { output } = await cruise(here, { ...config.options, ruleSet: config, validate: true, baseDir });
	return output as ICruiseResult;
}

/** All modules that are published, as paths from the root. */
function publishedModules(): string[] {
	return parts.flatMap(part =>
		readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
			.filter(name => name.endsWith('.ts'))
			.map(name => join(part, name)),
	);
}

describe('layers', () => {
	it('should let arrows point down only', { timeout: 60_000 }, async () => {
		const { modules, summary } = await cruiseIn(root);
		const broken = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
		expect(broken).toEqual([]);
		// Nothing was overlooked: every module that there is, and the imports between them.
		expect(modules.map(({ source }) => source)).toEqual(expect.arrayContaining(publishedModules()));
		expect(publishedModules().length).toBeGreaterThan(50);
		expect(summary.totalDependenciesCruised).toBeGreaterThan(200);
	});
});

describe('a rule of layers', () => {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-layers-'));
	/** Each file breaks one rule, and no other. */
	const wrong: Record<string, readonly [rule: string, file: string, code: string]> = {
		'the engine imports RxJS': ['core-is-pure', 'src/assembly/reactive.ts', "export { Observable } from 'rxjs';"],
		'a parser imports a type of RxJS': ['core-is-pure', 'src/protocols/typed.ts', "export type { Observable } from 'rxjs';"],
		'a decoder imports an operator': ['core-is-pure', 'src/wire/upwards.ts', "export { operator } from '../../operators/fine.js';"],
		'a format imports a source': ['core-is-pure', 'src/capture/source.ts', "export { source } from '../sources/fine.js';"],
		'the packet imports the command line': ['core-is-pure', 'src/packet.ts', "export { command } from './cli/fine.js';"],
		'an operator imports a source': ['operators-know-no-source', 'operators/live.ts', "export { source } from '../src/sources/fine.js';"],
		'an operator imports marbles': ['operators-know-no-source', 'operators/test.ts', "export { marbles } from '../marbles/fine.js';"],
		'an operator imports threads': ['operators-know-no-source', 'operators/spread.ts', "export { threads } from '../src/threads/fine.js';"],
		'batches import threads': ['core-is-pure', 'src/shards/upwards.ts', "export { threads } from '../threads/fine.js';"],
		'threads import a source': ['threads-know-no-source', 'src/threads/file.ts', "export { source } from '../sources/fine.js';"],
		'batches of packets import NATS': ['core-is-pure', 'src/shipping/upwards.ts', "export { nats } from '../nats/fine.js';"],
		'an operator imports NATS': ['operators-know-no-source', 'operators/shipped.ts', "export { nats } from '../src/nats/fine.js';"],
		'a source imports NATS': ['sources-know-no-cli', 'src/sources/shipped.ts', "export { nats } from '../nats/fine.js';"],
		'a sink imports NATS': ['sinks-know-no-cli', 'src/sinks/shipped.ts', "export { nats } from '../nats/fine.js';"],
		'NATS imports a source': ['nats-knows-no-source', 'src/nats/file.ts', "export { source } from '../sources/fine.js';"],
		'something loads a client of NATS': ['nats-when-asked-for', 'src/nats/eager.ts', "export { connect } from '@nats-io/transport-node';"],
		'a sink knows a client of NATS': ['nats-in-one-place', 'src/sinks/typed.ts', "export type { KV } from '@nats-io/kv';"],
		'marbles import a source': ['marbles-know-no-source', 'marbles/file.ts', "export type { source } from '../src/sources/fine.js';"],
		'a source imports the command line': ['sources-know-no-cli', 'src/sources/table.ts', "export { command } from '../cli/fine.js';"],
		'the engine imports a module of Node': ['node-on-top-only', 'src/assembly/node.ts', "export { readFileSync } from 'node:fs';"],
		'an operator imports a module of Node': ['node-on-top-only', 'operators/readable.ts', "export { Readable } from 'stream';"],
		'another module checks with io-ts': ['io-ts-in-one-place', 'src/sources/checks.ts', "export * from 'io-ts';"],
		'another module uses fp-ts': ['io-ts-in-one-place', 'operators/either.ts', "export * from 'fp-ts/lib/Either.js';"],
		'a framer uses io-ts': ['io-ts-in-one-place', 'src/framing/checks.ts', "export type { Type } from 'io-ts';"],
		'a framer imports RxJS': ['core-is-pure', 'src/framing/reactive.ts', "export { Observable } from 'rxjs';"],
		'a module beside the codecs uses io-ts': ['io-ts-in-one-place', 'src/codecs.ts', "export * from 'io-ts';"],
		'another parser knows http-parser-js': [
			'http-parser-in-one-place',
			'src/protocols/http2.ts',
			"export { HTTPParser } from 'http-parser-js';",
		],
		'another parser knows dns-packet': ['dns-packet-in-one-place', 'src/protocols/mdns.ts', "export { decode } from 'dns-packet';"],
		'the message of DNS knows dns-packet': [
			'dns-packet-in-one-place',
			'src/protocols/dns/message.ts',
			"export { decode } from 'dns-packet';",
		],
		'a codec knows a part of the parser of MQTT': [
			'mqtt-packet-in-one-place',
			'src/codec/mqttCodec.ts',
			"export type { parser } from '../protocols/mqtt/decode.js';",
		],
		'another parser knows fflate': ['fflate-in-one-place', 'src/protocols/zip.ts', "export { Inflate } from 'fflate';"],
		'another parser knows mqtt-packet': ['mqtt-packet-in-one-place', 'src/protocols/mqttSn.ts', "export { parser } from 'mqtt-packet';"],
		'the protocols load DNS for everybody': ['dns-packet-in-one-place', 'src/protocols/index.ts', "export { dns } from './dns.js';"],
		'another module knows commander': ['commander-in-the-cli', 'src/sources/flags.ts', "export { Command } from 'commander';"],
		'something imports cap': ['cap-in-one-place', 'src/sources/capture.ts', "export * from 'cap';"],
		'two modules wait for each other': ['no-circle', 'src/assembly/half.ts', "export { whole } from './whole.js';\nexport const half = 1;"],
		'something needs a tool': ['declared', 'src/cli/tool.ts', "export * from 'fast-check';"],
	};
	const fine: Record<string, string> = {
		'src/sources/fine.ts': "export { readFileSync as source } from 'node:fs';",
		'src/threads/fine.ts': "export { Worker as threads } from 'node:worker_threads';\nexport { operator } from '../../operators/fine.js';",
		'src/nats/fine.ts':
			"export { randomUUID as nats } from 'node:crypto';\nexport type { KV } from '@nats-io/kv';\nexport { operator } from '../../operators/fine.js';",
		'src/cli/fine.ts': "export { Command as command } from 'commander';",
		'src/codec.ts': "export { success } from 'io-ts';",
		'src/codec/report.ts': "export type { Errors } from 'io-ts';\nexport type { Either } from 'fp-ts/lib/Either.js';",
		'src/protocols/http1.ts': "export { HTTPParser } from './http1/library.js';",
		'src/protocols/http1/library.ts': "export { HTTPParser } from 'http-parser-js';",
		'src/protocols/websocket/inflate.ts': "export { Inflate } from 'fflate';",
		'src/protocols/mqtt/decode.ts': "export { parser } from 'mqtt-packet';",
		'src/protocols/websocket/message.ts': "export { half as message } from '../../assembly/half.js';",
		'src/codec/messageCodec.ts': "export { message } from '../protocols/websocket/message.js';",
		'src/protocols/dns.ts': "export { decode as dns } from 'dns-packet';",
		'src/assembly/whole.ts': "export { half as whole } from './half.js';",
		'src/assembly/typed.ts': "import type { other } from './other.js';\nexport const typed: typeof other | 1 = 1;",
		'src/assembly/other.ts': "export { typed } from './typed.js';\nexport const other = 2;",
		'operators/fine.ts': "export { map as operator } from 'rxjs';",
		'marbles/fine.ts': "export { operator as marbles } from '../operators/fine.js';",
	};
	let found: string[] = [];

	beforeAll(async () => {
		const files = [...Object.entries(fine), ...Object.values(wrong).map(([, file, code]) => [file, code] as const)];
		for (const [file, code] of files) {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), code);
		}
		for (const name of ['package.json', 'tsconfig.json']) writeFileSync(join(folder, name), readFileSync(join(root, name)));
		symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
		const { summary } = await cruiseIn(folder);
		found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
	}, 60_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it.each(Object.entries(wrong))('should be broken if %s', (_, [rule, file]) => {
		expect(found.filter(each => each.endsWith(` ${file}`))).toEqual([`${rule}: ${file}`]);
	});

	it.each(Object.keys(fine).filter(file => file !== 'src/assembly/whole.ts'))('should be kept by %s', file => {
		expect(found.filter(each => each.endsWith(` ${file}`))).toEqual([]);
	});
});

describe('what is global', () => {
	/** The names and the texts that the code of a module uses; comments do not count. */
	function wordsOf(code: string): { readonly names: ReadonlySet<string>; readonly texts: ReadonlySet<string> } {
		const [names, texts] = [new Set<string>(), new Set<string>()];
		const visit = (node: ts.Node): void => {
			if (ts.isIdentifier(node)) names.add(node.text);
			if (ts.isStringLiteralLike(node)) texts.add(node.text);
			if (ts.isPropertyAccessExpression(node)) names.add(`${node.expression.getText()}.${node.name.text}`);
			ts.forEachChild(node, visit);
		};
		visit(ts.createSourceFile('module.ts', code, ts.ScriptTarget.ESNext, true));
		return { names, texts };
	}
	const modules = publishedModules().map(path => ({ path, ...wordsOf(readFileSync(join(root, path), 'utf8')) }));
	const needsNode = /^src\/(threads|sources|sinks|contentCoding|nats|cli)\//;
	const usersOf = (...words: string[]) => modules.filter(({ names }) => words.some(word => names.has(word))).map(({ path }) => path);

	it('should be found in code, and only there', () => {
		const { names, texts } = wordsOf("// process.exit\nconst a = Buffer.from('x'); /** Date.now */ loadIt('cap');");
		expect([...names].sort()).toEqual(['Buffer', 'Buffer.from', 'a', 'from', 'loadIt']);
		expect([...texts].sort()).toEqual(['cap', 'x']);
	});

	it('should be no Buffer but in threads, in sources, in sinks, in nats, in the command line, and beside the libraries for HTTP, DNS and MQTT', () => {
		const users = usersOf('Buffer');
		expect(users.filter(path => !needsNode.test(path) && !/^src\/protocols\/(http1|dns|mqtt)(\/|\.ts$)/.test(path))).toEqual([]);
		expect(users).not.toEqual([]);
	});

	it('should be nothing of Node but in threads, in sources, in sinks, in nats and in the command line', () => {
		const users = usersOf('process', 'global', 'setImmediate', '__dirname', '__filename', 'require');
		expect(users.filter(path => !needsNode.test(path))).toEqual([]);
		expect(users).not.toEqual([]);
	});

	it('should be no clock in the core: time comes with the packets', () => {
		const users = usersOf('Date.now', 'performance', 'setTimeout', 'setInterval', 'queueMicrotask');
		expect(users.filter(path => path.startsWith('src/') && !needsNode.test(path))).toEqual([]);
	});

	it('should be cap in one place alone, which loads it when it is asked for', () => {
		expect(modules.filter(({ texts }) => texts.has('cap')).map(({ path }) => path)).toEqual(['src/sources/cap.ts']);
	});
});
