import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, linesOf, runCli } from '../../support/cli.js';
import { captureOf, conversation, request, response, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const capture = folder.write('one.pcap', captureOf(conversation()));
const expected = {
	client: '10.0.0.1:1024',
	server: '10.0.0.2:80',
	start: '2023-11-14T22:13:20.000000Z',
	end: '2023-11-14T22:13:20.080000Z',
	closed: 'fin',
	packets: { client: 5, server: 4 },
	bytes: { client: request.length, server: response.length },
	skipped: { client: 0, server: 0 },
};

describe.concurrent('flows', () => {
	it('should print a table, a line for every connection', async () => {
		const { code, stdout, stderr } = await runCli(['flows', capture]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(linesOf(stdout)).toEqual([
			'START                        CLIENT                 SERVER                    SECONDS          PACKETS                BYTES        MISSING  CLOSED',
			'2023-11-14T22:13:20.000000Z  10.0.0.1:1024          10.0.0.2:80                 0.080            5 / 4              59 / 43          0 / 0  fin',
		]);
	});

	describe('sorted', () => {
		const three = folder.write(
			'three.pcap',
			captureOf([
				...['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) ack 1 "abc"'],
				...['A:C> S 0:0(0)', 'A:S> S. 0:0(0) ack 1', 'A:C> . 11:12(1) ack 1 "a"'],
				...['B:C> S 0:0(0)', 'B:C> S 0:0(0)', 'B:C> S 0:0(0)', 'B:C> S 0:0(0)'],
			]),
		);
		const ports = async (...flags: readonly string[]) => {
			const { stdout } = await runCli(['flows', three, '--json', ...flags]);
			return jsonLines(stdout).map(line => (line as { client: string }).client.replace('10.0.0.1:', ''));
		};

		it.each([
			['start', ['1024', '1025', '1026'], '1026'],
			['client', ['1024', '1025', '1026'], '1026'],
			['packets', ['1026', '1024', '1025'], '1024'],
			['bytes', ['1024', '1025', '1026'], '1026'],
			['missing', ['1025', '1024', '1026'], '1024'],
			['seconds', ['1026', '1024', '1025'], '1024'],
		])('should be by %s, and the other way round', async (column, expected, lastFirst) => {
			expect(await ports('--sort', column)).toEqual(expected);
			expect(await ports('--sort', column, '--top', '1')).toEqual(expected.slice(0, 1));
			expect(await ports('--sort', column, '--reverse', '--top', '1')).toEqual([lastFirst]);
		});

		it('should have a column', async () => {
			expect(await runCli(['flows', three, '--top', '1'])).toMatchObject({
				code: 2,
				stderr: 'error: --reverse and --top go with --sort\n',
			});
			expect(await runCli(['flows', three, '--sort', 'colour'])).toMatchObject({
				code: 2,
				stderr: expect.stringContaining('Allowed choices are start'),
			});
		});
	});

	it('should print nothing but the connection as JSON', async () => {
		const { code, stdout, stderr } = await runCli(['flows', capture, '--json']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(stdout).toBe(`${JSON.stringify(expected)}\n`);
	});

	it('should add the SHA-256 of both directions', async () => {
		const { stdout } = await runCli(['flows', '--json', '--digest', 'sha256', capture]);
		expect(jsonLines(stdout)).toEqual([{ ...expected, sha256: { client: sha256(request), server: sha256(response) } }]);
	});

	it('should write IPv6 addresses in brackets, and times with the nine digits of the capture', async () => {
		const { stdout } = await runCli(['flows', '-', '--json'], captureOf(conversation(' ip6'), { unit: 'ns', byteOrder: 'big' }));
		expect(jsonLines(stdout)).toEqual([
			{
				...expected,
				client: '[2001:db8::1]:1024',
				server: '[2001:db8::2]:80',
				start: '2023-11-14T22:13:20.000000000Z',
				end: '2023-11-14T22:13:20.080000000Z',
			},
		]);
	});

	it('should say what is missing, and that the packets ended first', async () => {
		const lines = ['C> S 1000:1000(0)', 'C> P. 1001:1004(3) "ABC"', 'C> P. 1007:1010(3) "GHI"'];
		const { stdout } = await runCli(['flows', '-', '--json', '--digest', 'sha256'], captureOf(lines));
		expect(jsonLines(stdout)).toMatchObject([
			{
				closed: 'eof',
				packets: { client: 3, server: 0 },
				bytes: { client: 6, server: 0 },
				skipped: { client: 3, server: 0 },
				sha256: { client: sha256('ABCGHI'), server: sha256('') },
			},
		]);
	});

	it('should leave out segments with a wrong checksum if told to verify', async () => {
		const lines = ['C> S 1000:1000(0)', 'C> P. 1001:1004(3) badsum "BAD"', 'C> P. 1001:1004(3) "ABC"'];
		const run = async (...flags: string[]) =>
			jsonLines((await runCli(['flows', '-', '--json', '--digest', 'sha256', ...flags], captureOf(lines))).stdout);
		expect(await run('--checksums', 'verify')).toMatchObject([{ packets: { client: 2 }, sha256: { client: sha256('ABC') } }]);
		expect(await run()).toMatchObject([{ packets: { client: 3 }, sha256: { client: sha256('BAD') } }]);
	});

	it('should close what is idle for as long as it is told', async () => {
		const lines = ['A:C> S 1000:1000(0)', 'A:S> S. 1:1(0) ack 1001', 'A:C> . 1001:1001(0) ack 2', 'B:C> S 1:1(0) @10', 'B:C> S 1:1(0) @12'];
		const run = async (...flags: string[]) => jsonLines((await runCli(['flows', '-', '--json', ...flags], captureOf(lines))).stdout);
		expect(await run('--close-idle', '5000')).toMatchObject([
			{ client: '10.0.0.1:1025', closed: 'idle' },
			{ client: '10.0.0.1:1026', closed: 'eof' },
		]);
		expect(await run()).toMatchObject([
			{ client: '10.0.0.1:1025', closed: 'eof' },
			{ client: '10.0.0.1:1026', closed: 'eof' },
		]);
	});

	it('should print nothing, not even titles, for a capture without connections', async () => {
		for (const flags of [[], ['--json']]) {
			expect(await runCli(['flows', '-', ...flags], captureOf([]))).toEqual({ code: 0, stdout: '', stderr: '' });
		}
	});
});
