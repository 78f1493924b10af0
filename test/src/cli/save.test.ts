import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from '../../support/cli.js';
import { captureOf, conversation, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const capture = folder.write('two.pcap', captureOf([...conversation(), 'A:C> S 0:0(0)', 'A:C> . 1:4(3) "ABC"']));
const flowsOf = async (path: string) => jsonLines((await runCli(['flows', path, '--json'])).stdout);

describe.concurrent('save', () => {
	it.each(['one.pcap', 'one.pcapng'])('should write the packets of one connection: %s', async name => {
		const path = folder.path(name);
		const { code, stdout, stderr } = await runCli(['save', capture, '10.0.0.1:1024->10.0.0.2:80', '-o', path]);
		expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `rx-reassembly: 9 packets in ${path}\n` });
		const [kept] = (await flowsOf(capture)).filter(line => (line as { client: string }).client.endsWith(':1024'));
		expect(await flowsOf(path)).toMatchObject([{ ...(kept as object), start: expect.any(String), end: expect.any(String) }]);
	});

	it('should write what filters choose, and all without any', async () => {
		const path = folder.path('chosen.pcap');
		expect((await runCli(['save', capture, '--port', '1025', '-o', path])).stderr).toContain('2 packets');
		expect((await runCli(['save', capture, '-o', path])).stderr).toContain('11 packets');
	});

	it('should not write over what it reads', async () => {
		const { code, stderr } = await runCli(['save', capture, '-o', capture]);
		expect(code).toBe(1);
		expect(stderr).toContain('it is being read');
		expect(await flowsOf(capture)).toHaveLength(2);
	});
});
