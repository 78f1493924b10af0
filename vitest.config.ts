import { defineConfig } from 'vitest/config';

/** Tests of the built package: they run it as its users do, and so need dist/. */
const built = ['test/src/cli/**/*.test.ts', 'test/docs.test.ts'];

export default defineConfig({
	test: {
		testTimeout: 20_000,
		projects: [
			{ extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: built } },
			{ extends: true, test: { name: 'built', include: built, globalSetup: 'test/support/cliBuild.ts', testTimeout: 60_000 } },
		],
	},
});
