import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from '../../support/cli.js';
import { captureOf, conversation, request, response, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const client = { flow: '10.0.0.1:1024->10.0.0.2:80', skip: 0, start: false, end: false };
const server = { ...client, flow: '10.0.0.2:80->10.0.0.1:1024' };
const seen = (ms: string) => ({ seen: `2023-11-14T22:13:20.${ms}000Z` });
const payload = (text: string) => ({ length: text.length, bytes: Buffer.from(text).toString('base64') });

async function chunksOf(lines: readonly string[], ...flags: readonly string[]): Promise<unknown[]> {
	const { code, stdout, stderr } = await runCli(['chunks', '-', '--json', ...flags], captureOf(lines));
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return jsonLines(stdout);
}

describe.concurrent('chunks', () => {
	it('should print every chunk as JSON, in order', async () => {
		const path = folder.write('one.pcap', captureOf(conversation()));
		const { code, stdout, stderr } = await runCli(['chunks', path, '--json']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		const expected = [
			{ ...client, start: true, ...seen('000'), ...payload('') },
			{ ...server, start: true, ...seen('010'), ...payload('') },
			{ ...client, ...seen('030'), ...payload(request) },
			{ ...server, ...seen('050'), ...payload(response.slice(0, 20)) },
			{ ...server, ...seen('040'), ...payload(response.slice(20)) },
			{ ...client, end: true, ...seen('060'), ...payload(''), closed: 'fin' },
			{ ...server, end: true, ...seen('070'), ...payload(''), closed: 'fin' },
		];
		expect(stdout).toBe(expected.map(chunk => `${JSON.stringify(chunk)}\n`).join(''));
	});

	it('should print them for people: marks, and the bytes in hexadecimal and as text', async () => {
		const lines = ['C> S 1000:1000(0)', 'C> P. 1001:1018(17) "0123456789abcde\\xff\\n"', 'C> F. 1021:1022(1) "z"', 'S> . 7:8(1) "y"'];
		const { code, stdout } = await runCli(['chunks', '-'], captureOf(lines));
		expect(code).toBe(0);
		expect(stdout).toBe(
			[
				'2023-11-14T22:13:20.000000Z 10.0.0.1:1024->10.0.0.2:80  start',
				'2023-11-14T22:13:20.010000Z 10.0.0.1:1024->10.0.0.2:80  17 bytes',
				'  000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 ff  0123456789abcde.',
				'  000010  0a                                                .',
				'2023-11-14T22:13:20.020000Z 10.0.0.1:1024->10.0.0.2:80  3 bytes missing before, 1 bytes, end, closed: fin',
				'  000000  7a                                                z',
				'2023-11-14T22:13:20.030000Z 10.0.0.2:80->10.0.0.1:1024  start not seen, 1 bytes',
				'  000000  79                                                y',
				'2023-11-14T22:13:20.030000Z 10.0.0.2:80->10.0.0.1:1024  closed: eof',
				'',
			].join('\n'),
		);
	});

	it('should stop waiting for missing bytes after as long as it is told', async () => {
		const lines = ['C> S 1000:1000(0)', 'C> . 1004:1007(3) "DEF" @1', 'C> . 1001:1001(0) @4', 'C> . 1001:1004(3) "ABC" @5'];
		expect(await chunksOf(lines, '--flush-older-than', '2000')).toMatchObject([
			{ start: true },
			{ skip: 3, ...payload('DEF') },
			{ closed: 'eof' },
		]);
		expect(await chunksOf(lines)).toMatchObject([
			{ start: true },
			{ skip: 0, ...payload('ABC') },
			{ skip: 0, ...payload('DEF') },
			{ closed: 'eof' },
		]);
	});

	it('should wait for the start of a flow, or pick it up at once, or wait for so many ms', async () => {
		const lines = ['C> . 1004:1007(3) "DEF"', 'C> . 1001:1004(3) "ABC"', 'C> . 1007:1010(3) "GHI" @5'];
		const closed = { closed: 'eof' };
		const waited = [{ skip: -1, ...payload('ABC') }, { skip: 0, ...payload('DEF') }, { skip: 0, ...payload('GHI') }, closed];
		expect(await chunksOf(lines)).toMatchObject(waited);
		expect(await chunksOf(lines, '--midstream', 'wait')).toMatchObject(waited);
		expect(await chunksOf(lines, '--midstream', '1000')).toMatchObject(waited);
		expect(await chunksOf(lines, '--midstream', 'pickup')).toMatchObject([
			{ skip: -1, ...payload('DEF') },
			{ skip: 0, ...payload('GHI') },
			closed,
		]);
	});
});
