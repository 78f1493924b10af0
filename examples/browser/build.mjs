// Bundles the page to dist/browser, after `npm run build`. Where a module of Node gets into it, it fails.
// The HTTP/1 parser takes Node's Buffer as given: the package `buffer` is one for browsers. Nothing else needs it.
import { copyFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const at = path => fileURLToPath(new URL(path, import.meta.url));

await build({
	input: at('page.mjs'),
	platform: 'browser',
	resolve: { conditionNames: ['es2015', 'import', 'browser'] },
	transform: { inject: { Buffer: ['buffer', 'Buffer'] } },
	onLog(level, log) {
		if (level === 'warn') throw new Error(log.message);
	},
	plugins: [
		{
			name: 'no-node',
			resolveId(id) {
				if (id.startsWith('node:') || (builtinModules.includes(id) && id !== 'buffer')) throw new Error(`the page would need ${id}`);
			},
		},
	],
	output: { file: at('../../dist/browser/page.js'), format: 'esm', minify: true },
});
copyFileSync(at('index.html'), at('../../dist/browser/index.html'));
