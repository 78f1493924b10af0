import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests of the built package: they run it as its users do, and so need dist/. */
const built = [
	'test/src/cli/**/*.test.ts',
	'test/src/threads/**/*.test.ts',
	'test/corpus/cli*.test.ts',
	'test/docs.test.ts',
	'test/examples.test.ts',
	'test/marbles/generated.test.ts',
];

/** The package by its own name, as Node finds it. */
const ownName = Object.entries({
	'rx-reassembly/ndjson': 'dist/src/ndjson.js',
	'rx-reassembly/nats': 'dist/src/nats.js',
	'rx-reassembly/node': 'dist/src/node.js',
	'rx-reassembly/operators': 'dist/operators/index.js',
	'rx-reassembly/protocols/dns': 'dist/src/protocols/dns.js',
	'rx-reassembly/protocols/mqtt': 'dist/src/protocols/mqtt.js',
	'rx-reassembly/protocols/websocket': 'dist/src/protocols/websocket.js',
	'rx-reassembly/protocols': 'dist/src/protocols/index.js',
	'rx-reassembly': 'dist/src/index.js',
}).map(([find, file]) => ({ find, replacement: resolve(import.meta.dirname, file) }));

export default defineConfig({
	test: {
		testTimeout: 20_000,
		// The command line and the threads run in processes of their own, which are not measured.
		coverage: {
			provider: 'v8',
			include: ['{src,operators,marbles}/**/*.ts'],
			exclude: ['src/{cli,threads}/**', '**/index.ts'],
			reporter: ['text', 'json-summary'],
			reportOnFailure: true,
		},
		projects: [
			{ extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: built } },
			{
				extends: true,
				resolve: { alias: ownName },
				test: { name: 'built', include: built, globalSetup: 'test/support/cliBuild.ts', testTimeout: 60_000 },
			},
		],
	},
});
