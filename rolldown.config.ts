import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { defineConfig, type InputOptions, type OutputOptions, type Plugin, type RolldownOptions } from 'rolldown';

const inputs: InputOptions = {
	platform: 'neutral',
	external: /^node:/,
	// For Node rxjs names its CommonJS build first, of which nothing can be left out.
	resolve: { conditionNames: ['es2015', 'import'], mainFields: ['module', 'main'] },
};
// As deep as dist/src/cli, since package.json is looked for from there.
const outputs: OutputOptions = { dir: 'dist/bundle/cli', comments: { legal: true, annotation: false, jsdoc: false } };

/**
 * The command line as a bundle: a file for what every command needs, and one a command. Users of the library get the
 * modules as they are, with the rxjs that is theirs; the tool starts in a third of the time with the little of it that it uses.
 *
 * It is made of what tsc has made, so that it is the same code. It is CommonJS, since Node starts that sooner than
 * ES modules, and it is not minified, so that a stack says something.
 */
const tool: RolldownOptions = {
	...inputs,
	input: { 'rx-reassembly': 'dist/src/cli/main.js' },
	// What a module asks of its place.
	transform: { define: { 'import.meta.url': 'moduleUrl', 'import.meta.dirname': '__dirname' } },
	plugins: [pureClasses(), noChildProcess(), licences()],
	output: {
		...outputs,
		format: 'cjs',
		strict: true,
		cleanDir: true,
		intro: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;",
		entryFileNames: '[name].cjs',
		chunkFileNames: '[name].cjs',
	},
};

/** What its worker threads run, found beside it by these names. */
const workers: RolldownOptions = {
	...inputs,
	input: { shardWorker: 'dist/src/threads/shardWorker.js', 'http.shard': 'dist/src/cli/commands/http.shard.js' },
	plugins: [pureClasses()],
	output: { ...outputs, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shard-[name].js' },
};

export default defineConfig([tool, workers]);

/** io-ts comes as classes of ES5: calls, of which a bundler cannot know that they do nothing but make a class. */
function pureClasses(): Plugin {
	return {
		name: 'pure-classes',
		transform: {
			filter: { id: /node_modules\/io-ts\/es6\// },
			handler: code =>
				code.replaceAll('/** @class */', '/* @__PURE__ */').replaceAll(/^(export var \w+ = )(?=new )/gm, '$1/* @__PURE__ */ '),
		},
	};
}

/** commander loads it for commands that are programs of their own, of which there are none here; it is a dear module. */
function noChildProcess(): Plugin {
	return {
		name: 'no-child-process',
		transform: {
			filter: { id: /node_modules\/commander\// },
			handler: code => code.replace("require('node:child_process')", '{}'),
		},
	};
}

/** Puts the licences of the packages that are in the bundle beside it. */
function licences(): Plugin {
	return {
		name: 'licences',
		generateBundle(_, bundle) {
			const modules = Object.values(bundle).flatMap(file => (file.type === 'chunk' ? file.moduleIds : []));
			const folders = new Set(modules.map(packageFolder).filter(folder => folder !== undefined));
			const texts = [...folders].sort().map(licenceOf);
			this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
		},
	};
}

function packageFolder(moduleId: string): string | undefined {
	return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(moduleId)?.[0];
}

function licenceOf(folder: string): string {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
	if (file === undefined) throw new Error(`${basename(dirname(folder))}/${name} has no licence`);
	return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
