import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { finished, jsonLines, linesOf, runCli, runShell, startCli } from '../../support/cli.js';
import { joined } from '../../support/pcap.js';
import { PcapngBuilder } from '../../support/pcapng.js';
import { readAll } from '../capture/readAll.js';
import { captureOf, conversation, noise, synsOf, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const names = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
const many = captureOf(names.flatMap(name => conversation().map(line => `${name}:${line}`)));
const path = folder.write('many.pcap', many);

/** More than a pipe and the buffers behind it hold: once it was written, what came before it has been read. */
const flood = noise(2 ** 20);

async function write(child: ChildProcessWithoutNullStreams, bytes: Uint8Array): Promise<void> {
	await new Promise<void>((resolve, reject) => child.stdin.write(bytes, error => (error ? reject(error) : resolve())));
}

describe.concurrent('standard input', () => {
	it.each(['flows', 'http'])('should give %s the same as the file', async command => {
		const [piped, read] = await Promise.all([runCli([command, '-', '--json'], many), runCli([command, path, '--json'])]);
		expect(piped).toEqual(read);
		expect(piped).toMatchObject({ code: 0, stderr: '' });
		expect(linesOf(piped.stdout).length).toBeGreaterThanOrEqual(names.length);
	});

	const b = new PcapngBuilder('big');
	const packets = readAll(many).packets.map(({ bytes, timestamp: { seconds, nanoseconds } }) =>
		b.enhanced(bytes, { units: BigInt(seconds) * 1_000_000n + BigInt(nanoseconds / 1000) }),
	);
	const pcapng = joined([b.section(), b.interface(), ...packets]);

	it.each([
		['pcapng', pcapng],
		['pcap in gzip', gzipSync(many)],
		['pcapng in gzip', gzipSync(pcapng)],
	])('should be read whatever the format is, from a file too: %s', async (name, bytes) => {
		const file = folder.write(name, bytes);
		const [piped, read, plain] = await Promise.all([
			runCli(['flows', '-', '--json'], bytes),
			runCli(['flows', file, '--json']),
			runCli(['flows', path, '--json']),
		]);
		expect(plain).toMatchObject({ code: 0, stderr: '' });
		expect([piped, read]).toEqual([plain, plain]);
	});

	it.runIf(process.platform === 'linux')('should be read from a pipe with a name too', async () => {
		const { code, stdout, stderr } = await runShell('$CLI flows <(cat "$1") --json', path);
		expect({ code, lines: linesOf(stdout).length, stderr }).toEqual({ code: 0, lines: names.length, stderr: '' });
	});

	it('should be read as far as it goes before its end comes', async () => {
		const child = startCli(['chunks', '-', '--json']);
		const result = finished(child);
		child.stdin.write(captureOf(conversation()).subarray(0, -5));
		await new Promise(resolve => child.stdout.once('data', resolve));
		child.stdin.end();
		expect(await result).toMatchObject({ code: 1, stderr: expect.stringContaining('the capture is cut off') });
	});
});

describe.concurrent('Ctrl-C', () => {
	const unfinished = captureOf(conversation().slice(0, 6));

	it.each([
		['flows', { closed: 'eof', packets: { client: 3, server: 3 } }],
		['http', { request: { url: '/a' }, response: { bodyLength: 5 } }],
	])('should print what %s has, while standard input stays open', async (command, line) => {
		const child = startCli([command, '-', '--json']);
		const result = finished(child);
		await write(child, joined([unfinished, flood]));
		child.kill('SIGINT');
		const { code, stdout, stderr } = await result;
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(jsonLines(stdout)).toMatchObject([line]);
	});

	it('should be no error if there is nothing yet', async () => {
		const child = startCli(['flows', '-']);
		const result = finished(child);
		await write(child, joined([captureOf([]), flood]));
		child.kill('SIGINT');
		expect(await result).toEqual({ code: 0, stdout: '', stderr: '' });
	});
});

describe.concurrent('a reader that goes away', () => {
	const segments = 12;
	const large = folder.write(
		'large.pcap',
		captureOf([
			'C> S 0:0(0)',
			...Array.from({ length: segments }, (_, i) => `C> . ${1 + i * 60000}:${1 + (i + 1) * 60000}(60000) "x"*60000`),
		]),
	);

	const clients = 1000;
	const crowd = folder.write('crowd.pcap', synsOf(clients));

	it.each([
		['chunks', large],
		['chunks --json', large],
		['flows --json', crowd],
	])('should be no error: %s | head -1', async (command, file) => {
		const { code, stdout, stderr } = await runShell(`$CLI ${command} "$1" | head -1`, file);
		expect({ code, lines: linesOf(stdout).length, stderr }).toEqual({ code: 0, lines: 1, stderr: '' });
	});

	it('should be no error in the middle of a large output', async () => {
		const { code, stdout, stderr } = await runShell('$CLI chunks "$1" | head -1000 | wc -l', large);
		expect({ code, lines: Number(stdout), stderr }).toEqual({ code: 0, lines: 1000, stderr: '' });
	});

	it('should otherwise get all of it', async () => {
		const [chunks, flows] = await Promise.all([runShell('$CLI chunks "$1" | wc -l', large), runCli(['flows', crowd, '--json'])]);
		expect(Number(chunks.stdout)).toBe(2 + segments * (1 + 60_000 / 16));
		expect(linesOf(flows.stdout)).toHaveLength(clients);
	});

	// Whoever shares a pipe can say for all that writes to it must not wait: Node does, when it opens its standard output.
	it.runIf(process.platform === 'linux')('should get all of it through a pipe that is shared, too', async () => {
		const holder = 'process.stdout; require("fs").writeFileSync(process.argv[1], ""); setInterval(() => {}, 1000)';
		const script = `
			{
				\${CLI% *} -e '${holder}' "$2" & holder=$!
				until [ -e "$2" ]; do sleep 0.05; done
				$CLI chunks "$1"; code=$?
				kill $holder; exit $code
			} | (sleep 1; wc -c)`;
		const { code, stdout, stderr } = await runShell(script, large, folder.path('held'));
		const { stdout: whole } = await runCli(['chunks', large]);
		expect({ code, length: Number(stdout), stderr }).toEqual({ code: 0, length: whole.length, stderr: '' });
	});
});
