import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openCorpus } from '../../support/corpus.js';

// As it was built: the version is looked for from there. In this process, since starting hundreds of them takes long.
const built = join(import.meta.dirname, '../../../dist/src/cli');
const { run } = (await import(join(built, 'program.js'))) as typeof import('../../../src/cli/program.js');
const { Output } = (await import(join(built, 'output.js'))) as typeof import('../../../src/cli/output.js');

const corpus = openCorpus('every command on every real capture');
const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Counts what would be printed. */
class Counted extends Output {
	lines = 0;

	override write(text: string): void {
		this.lines += text.split('\n').length - 1;
	}
}

const commands: readonly (readonly string[])[] = [
	['flows', '--json', '--digest', 'sha256'],
	['flows', '--format', 'conn-log'],
	['follow', '--hex'],
	['extract', '-o', join(folder, 'streams')],
	['save', '-o', join(folder, 'saved.pcapng')],
	['stats'],
	['http', '--json'],
	['tls', '--json'],
	['chunks'],
	['marbles'],
	['marbles', '--svg', '-o', join(folder, 'marbles.svg')],
	['marbles', '--test'],
];

describe.skipIf(corpus === undefined)('every capture', { timeout: 120_000 }, () => {
	if (corpus === undefined) return;
	const stderr: string[] = [];
	vi.spyOn(process.stderr, 'write').mockImplementation(text => stderr.push(String(text)) > 0);
	afterEach(() => {
		process.exitCode = undefined;
	});

	it.each(commands.map(command => ({ command })))('should be read to its end by $command', async ({ command: [name = '', ...flags] }) => {
		const bad: string[] = [];
		for (const capture of corpus.captures) {
			stderr.length = 0;
			process.exitCode = undefined;
			await run(['node', 'rx-reassembly', name, corpus.pathOf(capture), ...flags], new Counted());
			const said = stderr.join('');
			if (process.exitCode !== undefined || said.split('\n').length > 2) bad.push(`${capture.path}: exit ${process.exitCode}: ${said}`);
		}
		expect(bad).toEqual([]);
		expect(corpus.captures.length).toBeGreaterThan(0);
	});
});
