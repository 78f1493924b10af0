import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

// 10.0.0.1 or 2001:db8::1 with port 1024 or 1025, and the server with port 80.
const capture = folder.write(
	'three.pcap',
	captureOf([...conversation(), ...conversation(' ip6'), 'A:C> S 0:0(0)', 'A:C> . 1:4(3) ack 1 "ABC"']),
);

/** The clients of the connections that are left. */
async function clients(...flags: readonly string[]): Promise<string[]> {
	const { code, stdout, stderr } = await runCli(['flows', capture, '--json', ...flags]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return jsonLines(stdout)
		.map(line => (line as { client: string }).client)
		.sort();
}

const [first, second, six] = ['10.0.0.1:1024', '10.0.0.1:1025', '[2001:db8::1]:1024'];

describe.concurrent('filters', () => {
	it.each<[string, string[]]>([
		['', [first, second, six]],
		['--host 10.0.0.1', [first, second]],
		['--host 10.0.0.2', [first, second]],
		['--host 2001:db8:0::1', [six]],
		['--host 10.0.0.1 --host 2001:db8::2', [first, second, six]],
		['--host 10.0.0.9', []],
		['--port 80', [first, second, six]],
		['--port 1025', [second]],
		['--port 1000-1024', [first, six]],
		['--port 1024 --host 10.0.0.1', [first]],
		['--net 10.0.0.0/8', [first, second]],
		['--net 10.0.0.1/32', [first, second]],
		['--net 0.0.0.0/0', [first, second]],
		['--net 10.0.0.4/30', []],
		['--net 2001:db8::/32', [six]],
		['--net 2001:db8::2/127', [six]],
		['--net ::/0', [six]],
	])('should choose connections: %s', async (flags, expected) => {
		expect(await clients(...flags.split(' ').filter(flag => flag !== ''))).toEqual(expected);
	});

	it.each([
		['--host', '10.0.0', 'It must be an address'],
		['--port', '70000', 'It must be a port'],
		['--port', '9-8', 'It must be a port'],
		['--net', '10.0.0.0', 'It must be a network'],
		['--net', '10.0.0.0/33', 'at most 32 bits'],
	])('should say what is wrong with %s %s', async (flag, value, words) => {
		const { code, stderr } = await runCli(['flows', capture, flag, value]);
		expect(code).toBe(2);
		expect(stderr).toContain(words);
	});
});
