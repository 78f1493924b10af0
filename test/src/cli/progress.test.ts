import { execFile, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, runCli } from '../../support/cli.js';
import { captureOf, temporaryFolder } from './captures.js';

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;
if (!hasScript) console.log('script of util-linux is not installed; left out: the progress bar on a terminal');

const folder = temporaryFolder();
afterAll(() => folder.remove());
const capture = folder.path('long.pcap');
const HEADER_BYTES = 24;
const MiB = 2 ** 20;

/** So many small packets that it takes more than the 300 ms after which a bar comes. */
beforeAll(() => {
	const lines = Array.from({ length: 10_000 }, (_, i) => `C> . ${1 + i}:${2 + i}(1) ack 1 "x"`);
	const bytes = captureOf(lines);
	const records = bytes.subarray(HEADER_BYTES);
	const descriptor = openSync(capture, 'w');
	writeSync(descriptor, bytes);
	for (let written = 0; written < 200 * MiB; written += records.length) writeSync(descriptor, records);
	closeSync(descriptor);
});

/** What a terminal would show. */
async function onTerminal(flags: string): Promise<string> {
	const command = `"${process.execPath}" "${main}" stats ${flags} "${capture}"`;
	const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], { env: { ...process.env, TERM: 'xterm' } });
	return stdout;
}

describe('the progress bar', () => {
	it.skipIf(!hasScript)('should be on a terminal, and gone at the end', async () => {
		const shown = await onTerminal('');
		const percents = [...shown.matchAll(/ (\d+)% of \d+ MiB, \d+ MiB\/s, \S+ to go/g)].map(([, percent]) => Number(percent));
		expect(percents.length).toBeGreaterThan(1);
		expect(percents).toEqual(percents.toSorted((a, b) => a - b));
		const rest = shown.slice(shown.lastIndexOf('to go'));
		expect(rest).toContain('connections ');
		expect(await onTerminal('--no-progress')).not.toContain('to go');
	});

	it('should be nowhere else', async () => {
		const { code, stderr } = await runCli(['stats', capture]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	});
});
