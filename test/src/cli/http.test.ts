import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, linesOf, runCli } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const expected = {
	client: '10.0.0.1:1024',
	server: '10.0.0.2:80',
	time: '2023-11-14T22:13:20.030000Z',
	durationMs: 20,
	request: { method: 'GET', url: '/a', host: 'example.test', headers: { host: 'example.test', 'x-two': '1, 2' }, bodyLength: 0 },
	response: { status: 200, headers: { 'content-length': '5' }, bodyLength: 5 },
};
/** The answer in order: 30 ms after the first packet it was asked for, 40 and 50 ms after it came. */
const lines = conversation('', 'in order');
const head = 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n';
const headLength = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'.length;

describe.concurrent('http', () => {
	it('should print an exchange as JSON', async () => {
		const path = folder.write('one.pcap', captureOf(lines));
		const { code, stdout, stderr } = await runCli(['http', path, '--json']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(stdout).toBe(`${JSON.stringify(expected)}\n`);
	});

	it('should print it for people', async () => {
		const { stdout } = await runCli(['http', '-'], captureOf(lines));
		expect(linesOf(stdout)).toEqual(['2023-11-14T22:13:20.030000Z 10.0.0.1:1024 → 10.0.0.2:80 GET /a 200 5 bytes 20.0 ms']);
	});

	it('should give the same from reordered packets over IPv6, but for the time', async () => {
		const { stdout } = await runCli(['http', '-', '--json'], captureOf(conversation(' ip6')));
		const { request, response } = expected;
		expect(jsonLines(stdout)).toMatchObject([{ client: '[2001:db8::1]:1024', server: '[2001:db8::2]:80', request, response }]);
	});

	it('should say that there was no request, or no response', async () => {
		const unanswered = await runCli(['http', '-', '--json'], captureOf(lines.slice(0, 4)));
		expect(jsonLines(unanswered.stdout)).toEqual([{ ...expected, durationMs: null, response: null }]);
		const isRequest = (_: string, i: number) => i !== 3;
		const unasked = await runCli(['http', '-', '--json'], captureOf(lines.filter(isRequest)));
		expect(jsonLines(unasked.stdout)).toMatchObject([{ durationMs: null, request: null, response: { status: 200, bodyLength: 5 } }]);
	});

	it('should say how many bytes of a body are missing', async () => {
		const at = 5001 + headLength;
		const gappy = [
			...lines.slice(0, 4),
			`S> . 5001:${at}(${headLength}) "${head}"`,
			`S> . ${at}:${at + 3}(3) "abc"`,
			`S> . ${at + 6}:${at + 9}(3) "ghi"`,
		];
		const { stdout } = await runCli(['http', '-', '--json'], captureOf(gappy));
		expect(jsonLines(stdout)).toMatchObject([{ response: { status: 200, bodyLength: 6, missing: 3 } }]);
		const { stdout: text } = await runCli(['http', '-'], captureOf(gappy));
		expect(text).toMatch(/ GET \/a 200 6 bytes .*3 bytes missing\n$/);
	});

	it('should print the same lines from several threads, in whatever order', async () => {
		const path = folder.write('many.pcap', captureOf([...'ABCDEFGH'].flatMap(name => conversation().map(line => `${name}:${line}`))));
		for (const flags of [[], ['--json']]) {
			const one = await runCli(['http', path, ...flags]);
			const three = await runCli(['http', path, ...flags, '--shards', '3']);
			expect({ code: three.code, stderr: three.stderr }).toEqual({ code: 0, stderr: '' });
			expect(linesOf(one.stdout)).toHaveLength(8);
			expect(linesOf(three.stdout).sort()).toEqual(linesOf(one.stdout).sort());
		}
	});

	it('should say what went wrong with several threads as with one, and print what there is', async () => {
		const cut = folder.write('cut.pcap', captureOf(lines).slice(0, -5));
		const [one, two] = [await runCli(['http', cut]), await runCli(['http', cut, '--shards', '2'])];
		expect(two).toEqual(one);
		expect(two.code).toBe(1);
		expect(linesOf(two.stdout)).toHaveLength(1);
		const none = await runCli(['http', cut, '--shards', '0']);
		expect(none.code).toBe(2);
		expect(none.stderr).toContain('from 1 to 1024');
	});

	it('should print nothing for what is not HTTP', async () => {
		const { code, stdout, stderr } = await runCli(
			['http', '-'],
			captureOf(['C> S 1:1(0)', 'C> P. 2:6(4) "SSH-"', 'S> P. 1:5(4) hex:00ff00ff']),
		);
		expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
	});
});
