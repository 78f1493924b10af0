import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linesOf, main, runCli } from '../../support/cli.js';
import { captureOf, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const open = ['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:1(0) ack 1'];
const overlap = ['C> . 4:7(3) ack 1 "def"', 'C> . 4:7(3) ack 1 "DEF"', 'C> . 1:4(3) ack 1 "abc"'];
const capture = folder.write('one.pcap', captureOf([...open, ...overlap, 'A:C> S 0:0(0)']));
let made = 0;
const config = (text: unknown) => folder.write(`${made++}.json`, Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)));

async function flows(settings: unknown, ...flags: readonly string[]): Promise<string[]> {
	const { code, stdout, stderr } = await runCli(['--config', config(settings), 'flows', '--json', capture, ...flags]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return linesOf(stdout);
}

describe.concurrent('a file of flags', () => {
	it('should say what the command line does not', async () => {
		expect(await flows({})).toHaveLength(2);
		expect(await flows({ port: [1024] })).toHaveLength(1);
		expect(await flows({ port: [1024, '1025'] })).toHaveLength(2);
		expect(await flows({ port: [1024] }, '--port', '1025')).toHaveLength(1);
		const { stdout } = await runCli(['follow', capture, '--config', config({ overlap: 'last', maxHeldBytes: '4M', separateVlans: false })]);
		expect(stdout).toContain('abcDEF');
	});

	it('should pass over what is for other commands', async () => {
		expect(await flows({ har: 'x.har', hex: true })).toHaveLength(2);
	});

	it('should be found where the command is called', () => {
		const here = folder.path('here/rx-reassembly.config.json');
		mkdirSync(dirname(here));
		folder.write('here/rx-reassembly.config.json', Buffer.from('{ "format": "json", "port": 1024 }'));
		const { stdout } = spawnSync(process.execPath, [main, 'flows', capture], { cwd: dirname(here), encoding: 'utf8' });
		expect(linesOf(stdout).map(line => JSON.parse(line).client)).toEqual(['10.0.0.1:1024']);
	});

	it.each<[unknown, RegExp]>([
		['{', /JSON/],
		[[1], /expected an object of flags, got/],
		[{ port: {} }, /port: expected a text, a number, true, false, or a list of texts and numbers, got an object/],
		[{ colour: 'red' }, /'colour' is no flag of any command/],
		[{ overlap: 'mine' }, /overlap: Allowed choices are bsd/],
		[{ maxGap: -1 }, /maxGap: It must be a whole number/],
		[{ separateVlans: 'no' }, /separateVlans: it must be true or false/],
		[{ maxGap: true }, /maxGap: it must not be true or false/],
		[{ port: ['x'] }, /port: /],
	])('should be refused as %j', async (settings, words) => {
		const path = config(settings);
		const { code, stdout, stderr } = await runCli(['flows', capture, '--config', path]);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toMatch(words);
		expect(stderr.startsWith(`rx-reassembly: ${path}: `)).toBe(true);
		expect(linesOf(stderr)).toHaveLength(1);
	});

	it('should be there if it is named', async () => {
		const { code, stderr } = await runCli(['flows', capture, '--config', folder.path('nowhere.json')]);
		expect(code).toBe(1);
		expect(stderr).toContain('ENOENT');
	});
});
