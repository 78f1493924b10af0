import { afterAll, describe, expect, it } from 'vitest';
import { linesOf, runCli } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const capture = folder.write('one.pcap', captureOf(conversation()));

/** What `follow` prints of these packets. */
async function followed(lines: readonly string[], ...args: readonly string[]): Promise<string[]> {
	const { code, stdout, stderr } = await runCli(['follow', '-', ...args], captureOf(lines));
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return linesOf(stdout);
}

describe.concurrent('follow', () => {
	it('should print what both sides say, in their order', async () => {
		expect(await followed(conversation())).toEqual([
			'── 10.0.0.1:1024 (client) → 10.0.0.2:80 (server)',
			'GET /a HTTP/1.1',
			'Host: example.test',
			'X-Two: 1',
			'X-Two: 2',
			'',
			'HTTP/1.1 200 OK',
			'Content-Length: 5',
			'',
			'hello',
			'── closed: fin',
		]);
	});

	it('should colour the sides if it is told to, and on a pipe only then', async () => {
		const { stdout } = await runCli(['follow', capture, '--color', 'always']);
		expect(stdout).toContain('\x1b[31mGET /a');
		expect(stdout).toContain('\x1b[34mHTTP/1.1 200 OK');
		expect((await runCli(['follow', capture])).stdout).not.toContain('\x1b');
	});

	it('should dump bytes with their place in the stream', async () => {
		const lines = await followed(['C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 4:6(2) hex:00ff'], '--hex');
		expect(lines.slice(1, 3)).toEqual([
			'  000000  41 42 43                                          ABC',
			'  000003  00 ff                                             ..',
		]);
	});

	it('should say what is missing', async () => {
		const lines = await followed(['C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 9:12(3) "IJK"']);
		expect(lines.slice(1)).toEqual(['ABC', '── 5 bytes of the client are missing', 'IJK', '── closed: eof']);
	});

	it('should let no terminal obey what was sent', async () => {
		const lines = await followed(['C> S 0:0(0)', 'C> . 1:9(8) "\\x1b[2Ja\\x07b\\n"']);
		expect(lines[1]).toBe('.[2Ja.b');
	});

	it('should print a character whole that came in two packets', async () => {
		const lines = await followed(['C> S 0:0(0)', 'C> . 1:3(2) hex:41c3', 'C> . 3:5(2) hex:a442']);
		expect(lines[1]).toBe('AäB');
	});

	it('should print the connection that is named, either way round, and no other', async () => {
		const both = [...conversation(), 'A:C> S 0:0(0)', 'A:C> . 1:4(3) "ABC"'];
		const other = ['── 10.0.0.1:1025 (client) → 10.0.0.2:80 (server)', 'ABC', '── closed: eof'];
		expect(await followed(both, '10.0.0.1:1025->10.0.0.2:80')).toEqual(other);
		expect(await followed(both, '10.0.0.2:80 → 10.0.0.1:1025')).toEqual(other);
		expect(await followed(both, '10.0.0.1:1026->10.0.0.2:80')).toEqual([]);
	});

	it('should say what a FLOW is if it is none', async () => {
		const { code, stderr } = await runCli(['follow', capture, 'nonsense']);
		expect(code).toBe(2);
		expect(stderr).toContain("'nonsense' is no FLOW. It must be a connection such as 10.0.0.1:1234->10.0.0.2:80");
	});
});
