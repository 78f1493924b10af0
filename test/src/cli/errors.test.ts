import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, linesOf, runCli, runShell } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const whole = captureOf(conversation());
folder.write('empty.pcap', '');
folder.write('text.txt', 'hello, world');
folder.write('packed.pcap.xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4));
folder.write('usb.pcap', captureOf([], { linkType: 189 }));
folder.write('whole.pcap', whole);
folder.write('cut.pcap', whole.subarray(0, whole.length - 1));

describe.concurrent('a command that cannot read', () => {
	it.each([
		['flows', 'missing.pcap', 'no such file'],
		['flows', '.', 'it is a folder, not a capture file'],
		['flows', 'empty.pcap', 'the capture is empty'],
		['flows', 'text.txt', 'not a capture file: it begins with 68 65 6c 6c, expected the magic number of pcap or pcapng'],
		['flows', 'packed.pcap.xz', 'xz is not read here; unpack it with: xz -dc IN > OUT'],
		['flows', 'usb.pcap', 'link type 189 (USB_LINUX) is not decoded'],
		['chunks', 'missing.pcap', 'no such file'],
		['http', 'missing.pcap', 'no such file'],
		['stats', 'text.txt', 'not a capture file: it begins with 68 65 6c 6c, expected the magic number of pcap or pcapng'],
		['follow', 'missing.pcap', 'no such file'],
	])('should say why in one line, and nothing else, and exit with 1: %s %s', async (command, name, words) => {
		const path = folder.path(name);
		expect(await runCli([command, path])).toEqual({ code: 1, stdout: '', stderr: `rx-reassembly: ${path}: ${words}\n` });
	});

	it('should say in one line why a device cannot be captured on', async () => {
		const { code, stdout, stderr } = await runCli(['flows', '-i', 'no-such-device', '-f', 'tcp']);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toMatch(/^rx-reassembly: .+\n$/);
	});

	it('should say what is wrong with standard input', async () => {
		const stderr = 'rx-reassembly: the capture is empty\n';
		expect(await runCli(['flows', '-', '--json'])).toEqual({ code: 1, stdout: '', stderr });
	});
});

describe.concurrent('a command line that is wrong', () => {
	it.each([
		['no file', ['http'], 'give a FILE'],
		['two files', ['flows', 'a.pcap', 'b.pcap'], 'too many arguments'],
		['a file and a device', ['http', 'a.pcap', '-i', 'lo'], 'not both'],
		['a filter for a file', ['chunks', 'a.pcap', '-f', 'tcp'], '-f goes with -i'],
		['an option that there is not', ['chunks', 'a.pcap', '--digest', 'sha256'], "unknown option '--digest'"],
		['an option without its value', ['flows', 'a.pcap', '--checksums'], 'argument missing'],
		['a choice that there is not', ['http', 'a.pcap', '--checksums', 'maybe'], 'Allowed choices are ignore, verify'],
		['a digest that there is not', ['flows', 'a.pcap', '--digest', 'md5'], 'Allowed choices are sha256'],
		['a negative time', ['flows', 'a.pcap', '--flush-older-than', '-1'], 'It must be a number of milliseconds, 0 or more'],
		['a time that is no number', ['flows', 'a.pcap', '--close-idle', '1s'], 'It must be a number of milliseconds, 0 or more'],
		['another way to begin', ['flows', 'a.pcap', '--midstream', 'never'], "It must be 'wait', 'pickup' or a number of milliseconds"],
	])('should exit with 2 and say what is wrong: %s, %j', async (_, args, words) => {
		const { code, stdout, stderr } = await runCli(args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(words);
		expect(linesOf(stderr).filter(line => !line.startsWith('(Did you mean'))).toHaveLength(1);
	});
});

describe.concurrent('a capture that is cut off', () => {
	const path = folder.path('cut.pcap');
	const offset = whole.length - 16 - 54;
	const stderr = `rx-reassembly: ${path}: the capture is cut off: a record at byte ${offset} has only 69 bytes\n`;

	it('should give the connections of all whole packets first', async () => {
		const flows = await runCli(['flows', path, '--json']);
		expect({ code: flows.code, stderr: flows.stderr }).toEqual({ code: 1, stderr });
		expect(jsonLines(flows.stdout)).toMatchObject([{ packets: { client: 4, server: 4 }, closed: 'fin' }]);
	});

	it('should give the chunks and the exchanges of all whole packets first', async () => {
		const [chunks, http] = await Promise.all([runCli(['chunks', path, '--json']), runCli(['http', path, '--json'])]);
		expect([chunks.code, chunks.stderr, http.code, http.stderr]).toEqual([1, stderr, 1, stderr]);
		expect(jsonLines(chunks.stdout)).toHaveLength(7);
		expect(jsonLines(http.stdout)).toHaveLength(1);
	});
});

describe.concurrent('the command line itself', () => {
	it('should exit with 2 for a command that there is not', async () => {
		expect(await runCli(['flow'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("unknown command 'flow'") });
	});

	it('should print its help to standard error and exit with 2 if it is given nothing', async () => {
		expect(await runCli([])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: rx-reassembly/) });
	});

	it('should print its help', async () => {
		const { code, stdout, stderr } = await runCli(['--help']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		for (const word of ['http ', 'flows ', 'chunks ', 'devices ', 'Examples:', 'Exit codes:']) expect(stdout).toContain(word);
	});

	it('should print the help of a command', async () => {
		const { code, stdout } = await runCli(['flows', '--help']);
		expect(code).toBe(0);
		for (const flag of ['--json', '--digest', '--checksums', '--flush-older-than', '--close-idle', '--midstream'])
			expect(stdout).toContain(flag);
	});

	it('should print its version', async () => {
		const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as { version: string };
		expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
	});

	it.runIf(process.platform === 'linux')('should say so if the disk is full', async () => {
		const { code, stdout, stderr } = await runShell('$CLI chunks "$1" > /dev/full', folder.path('whole.pcap'));
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toMatch(/^rx-reassembly: standard output: ENOSPC: .*\n$/);
	});
});
