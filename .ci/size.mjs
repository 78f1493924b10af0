// What a bundle of typical imports weighs, minified and gzipped, without rxjs, which its users have anyway, and with it.
// After `npm run build`: node .ci/size.mjs
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const entry = resolve(import.meta.dirname, 'size-entry.mjs');
const root = resolve(import.meta.dirname, '..');

const cases = [
	["{ Timestamp } from 'rx-reassembly'", 'Timestamp'],
	["{ CaptureReader } from 'rx-reassembly'", 'CaptureReader'],
	["{ reassemble } from 'rx-reassembly/operators'", 'reassemble'],
	["{ decodeTcp, reassemble } from 'rx-reassembly/operators'", 'decodeTcp, reassemble'],
	[
		"{ decodeTcp, groupByConnection, mergeFlows, reassemble, splitLines } from 'rx-reassembly/operators'",
		'decodeTcp, groupByConnection, mergeFlows, reassemble, splitLines',
	],
	["* as operators from 'rx-reassembly/operators'", 'operators'],
	["{ http1 } from 'rx-reassembly/protocols'", 'http1'],
	["{ tls } from 'rx-reassembly/protocols'", 'tls'],
	["{ redis } from 'rx-reassembly/protocols'", 'redis'],
	["{ packetMarbles } from 'rx-reassembly/marbles'", 'packetMarbles'],
	["{ chunkCodec } from 'rx-reassembly/ndjson'", 'chunkCodec'],
	["'rx-reassembly'", ''],
	["'rx-reassembly/operators'", ''],
	["'rx-reassembly/protocols'", ''],
];

async function weigh(imports, names, withRxjs) {
	const code = `import ${imports};\n${names === '' ? '' : `globalThis.kept = [${names}];`}`;
	const virtual = {
		name: 'entry',
		resolveId: id => (id === entry ? id : undefined),
		load: id => (id === entry ? code : undefined),
	};
	const bundle = await rolldown({
		input: entry,
		cwd: root,
		platform: 'neutral',
		external: withRxjs ? [/^node:/] : [/^node:/, /^rxjs/],
		resolve: { conditionNames: ['es2015', 'import', 'default'], mainFields: ['module', 'main'] },
		plugins: [virtual],
		onLog() {},
	});
	const { output } = await bundle.generate({ format: 'esm', minify: true });
	const bytes = Buffer.from(output.map(chunk => chunk.code ?? '').join(''));
	return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}

const kB = bytes => `${(bytes / 1000).toFixed(1)} kB`;

console.log('| import | minified | gzip | gzip with rxjs |');
console.log('| --- | ---: | ---: | ---: |');
for (const [imports, names] of cases) {
	const [alone, whole] = [await weigh(imports, names, false), await weigh(imports, names, true)];
	console.log(`| \`import ${imports}\` | ${kB(alone.minified)} | ${kB(alone.gzip)} | ${kB(whole.gzip)} |`);
}
