import type { RecordedTest } from './recordedTest.js';

/** Test frameworks that a test can be written for. */
export const frameworks = ['vitest', 'jest', 'node:test'] as const;

/** See {@link frameworks}. */
export type TestFramework = (typeof frameworks)[number];

const modules: Readonly<Record<TestFramework, string>> = { vitest: 'vitest', jest: '@jest/globals', 'node:test': 'node:test' };

/** A test, and what is said about it. */
export interface NamedTest {
	readonly name: string;
	/** They become comments above it. */
	readonly notes: readonly string[];
	readonly test: RecordedTest;
}

/** The source of a test module, an ES module in JavaScript (and so in TypeScript). */
export function testSource(framework: TestFramework, tests: readonly NamedTest[]): string {
	return [
		"import { packetMarbles } from 'rx-reassembly/marbles';",
		"import { decodeTcp, reassemble } from 'rx-reassembly/operators';",
		`import { it } from ${quote(modules[framework])};`,
		'',
		...tests.flatMap(testLines),
	].join('\n');
}

function testLines({ name, notes, test }: NamedTest): string[] {
	return [
		...notes.map(note => `// ${note}`),
		`it(${quote(name)}, () => {`,
		'\tpacketMarbles(({ packets, expectChunks }) => {',
		`\t\tconst marbles = ${quote(` ${test.marbles}`)};`,
		`\t\tconst expected = ${quote(test.expected)};`,
		'\t\tconst source = packets(marbles, {',
		...legendLines(test.packets),
		'\t\t});',
		'\t\texpectChunks(source.pipe(decodeTcp(), reassemble()), expected, {',
		...legendLines(test.chunks),
		'\t\t});',
		'\t});',
		'});',
		'',
	];
}

function legendLines(legend: ReadonlyMap<string, string>): string[] {
	return [...legend].map(([key, line]) => `\t\t\t${key}: ${quote(line)},`);
}

/** A text as JavaScript writes it, in single quotes. */
function quote(text: string): string {
	return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
