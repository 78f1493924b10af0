import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/assembly/limits.js';
import { jsonLines, runCli } from '../../support/cli.js';
import { captureOf, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const open = ['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:1(0) ack 1'];
const capture = (name: string, ...lines: string[]) => folder.write(name, captureOf(lines));

const overlapping = capture('overlap.pcap', ...open, 'C> . 4:7(3) ack 1 "def"', 'C> . 4:7(3) ack 1 "DEF"', 'C> . 1:4(3) ack 1 "abc"');
const holed = capture('hole.pcap', ...open, 'C> . 1001:1004(3) ack 1 "abc"');
const reset = capture('reset.pcap', ...open, 'C> R 5:5(0)', 'C> . 1:4(3) ack 1 "abc"');
const vlans = capture('vlans.pcap', 'C> S 0:0(0) vlan 10', 'S> S. 0:0(0) ack 1 vlan 20', 'C> . 1:4(3) ack 1 vlan 10 "abc"');

/** How many connections there are, and what came of the client, with what is missing. */
async function flows(path: string, ...flags: readonly string[]) {
	const { code, stdout, stderr } = await runCli(['flows', '--json', path, ...flags]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	const lines = jsonLines(stdout) as { bytes: { client: number }; skipped: { client: number }; closed: string }[];
	return { connections: lines.length, bytes: lines[0]?.bytes.client, skipped: lines[0]?.skipped.client, closed: lines[0]?.closed };
}

async function text(path: string, ...flags: readonly string[]): Promise<string> {
	return (await runCli(['follow', path, ...flags])).stdout;
}

describe.concurrent('limits and policies', () => {
	it('should say whose bytes stay', async () => {
		expect(await text(overlapping)).toContain('abcdef');
		expect(await text(overlapping, '--overlap', 'last')).toContain('abcDEF');
	});

	it('should limit holes', async () => {
		expect(await flows(holed)).toMatchObject({ bytes: 3, skipped: 1000 });
		expect(await flows(holed, '--max-gap', '999')).toMatchObject({ bytes: 0, skipped: 0 });
		expect(await flows(holed, '--max-gap', '1k')).toMatchObject({ bytes: 3, skipped: 1000 });
	});

	it('should say which RST ends a connection', async () => {
		expect(await flows(reset)).toMatchObject({ bytes: 3, closed: 'eof' });
		expect(await flows(reset, '--rst', 'window')).toMatchObject({ closed: 'rst' });
	});

	it('should say what a connection is', async () => {
		expect(await flows(vlans)).toMatchObject({ connections: 2 });
		expect(await flows(vlans, '--no-separate-vlans')).toMatchObject({ connections: 1, bytes: 3 });
	});

	it.each(['--max-held-bytes=Infinity', '--max-flows=2', '--max-lingering=64k', '--linger-ms=0', '--urgent=drop', '--no-defragment'])(
		'should take %s',
		async flag => {
			expect(await flows(holed, flag)).toMatchObject({ bytes: 3 });
		},
	);

	it.each([
		['--max-gap=0', 'It must be a whole number from 1 on'],
		['--max-gap=4m', 'It must be a whole number from 1 on'],
		['--max-flows=-1', 'It must be a whole number from 1 on'],
		['--overlap=mine', 'Allowed choices are bsd'],
	])('should refuse %s', async (flag, words) => {
		const { code, stdout, stderr } = await runCli(['flows', holed, flag]);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(words);
	});

	it('should not go with --compat', async () => {
		const { code, stderr } = await runCli(['chunks', holed, '--compat', 'tcpassembly', '--max-gap', '5']);
		expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --max-gap does not go with --compat\n' });
	});

	it('should have a flag for whatever the engine can be told', async () => {
		const { stdout } = await runCli(['flows', '--help']);
		for (const name of Object.keys(defaultSettings)) {
			const flag = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
			expect(stdout).toMatch(new RegExp(`--(no-)?${flag}\\b`));
		}
	});
});
