// Packs the package, installs it in an empty project, and runs the README's first example there: as an ES module, and
// with its imports turned into require().
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const project = mkdtempSync(join(tmpdir(), 'rx-reassembly-packed-'));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

function firstExample() {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const [, code] = readme.match(/```ts\n([\s\S]*?)```/) ?? [];
	if (code === undefined) throw new Error('the README has no example');
	return code;
}

function asCommonJs(code) {
	return code.replace(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);');
}

try {
	const tarball = run('npm', ['pack', '--silent', '--pack-destination', project], root).trim().split('\n').at(-1);
	writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
	run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--omit=optional', `./${tarball}`, 'rxjs@7', 'mqtt-packet@9'], project);
	copyFileSync(join(root, 'examples/captures/http.pcap'), join(project, 'capture.pcap'));
	const code = firstExample();
	writeFileSync(join(project, 'example.mjs'), code);
	writeFileSync(join(project, 'example.cjs'), asCommonJs(code));
	const [esm, cjs] = ['example.mjs', 'example.cjs'].map(file => run('node', [file], project));
	const lines = esm.trim().split('\n').length;
	if (lines < 5) throw new Error(`the README's example printed only: ${esm}`);
	if (esm !== cjs) throw new Error("the README's example gives something else through require");
	for (const [name, path] of [
		['dns', 'rx-reassembly/protocols/dns'],
		['mqtt', 'rx-reassembly/protocols/mqtt'],
		['createWebSocket', 'rx-reassembly/protocols/websocket'],
		['chunkCodec', 'rx-reassembly/ndjson'],
	]) {
		writeFileSync(join(project, 'subpath.mjs'), `import { ${name} } from '${path}';\nconsole.log(typeof ${name});`);
		writeFileSync(join(project, 'subpath.cjs'), `const { ${name} } = require('${path}');\nconsole.log(typeof ${name});`);
		for (const file of ['subpath.mjs', 'subpath.cjs']) {
			if (run('node', [file], project).trim() !== 'function') throw new Error(`${path} is not found by ${file}`);
		}
	}
	const listed = run('npx', ['--no-install', 'rx-reassembly', 'flows', 'capture.pcap'], project).trim().split('\n').length;
	if (listed < 5) throw new Error('the installed command prints no connections');
	console.log(
		`packed and installed: the example prints ${lines} lines as ESM and the same through require; the command lists ${listed - 1} connections`,
	);
} finally {
	rmSync(project, { recursive: true, force: true });
}
