import { describe, expect, it } from 'vitest';
import { jsonLines, linesOf, runCli } from '../../support/cli.js';
import { captureOf, conversation, request, response } from './captures.js';

const lossy = ['A:C> S 0:0(0)', 'A:C> . 1:4(3) "ABC"', 'A:C> . 9:12(3) "IJK"', 'A:C> F 12:12(0)', 'A:C> . 13:16(3) "LMN"'];
const bytes = captureOf([...conversation(), ...lossy]);

describe.concurrent('stats', () => {
	it('should count packets, bytes, what is missing and what was strange', async () => {
		const { code, stdout, stderr } = await runCli(['stats', '-', '--json'], bytes);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(jsonLines(stdout)).toMatchObject([
			{
				connections: 2,
				packets: 14,
				bytes: request.length + response.length + 6,
				missing: 5,
				closed: { fin: 3, eof: 0 },
				anomalies: { 'data-after-fin': 1 },
				rejected: {},
			},
		]);
	});

	it('should name those who said most, the first one first, and no more than it is told to', async () => {
		const top = async (n: string) =>
			(jsonLines((await runCli(['stats', '-', '--json', '--top', n], bytes)).stdout)[0] as { top: object[] }).top;
		expect(await top('10')).toMatchObject([{ client: '10.0.0.1:1024' }, { client: '10.0.0.1:1025' }]);
		expect(await top('1')).toHaveLength(1);
		expect(await top('0')).toEqual([]);
	});

	it('should print it to be read, without what did not occur', async () => {
		const { stdout } = await runCli(['stats', '-'], bytes);
		expect(linesOf(stdout)[0]).toBe(`connections 2, packets 14, bytes ${request.length + response.length + 6}, missing 5`);
		expect(stdout).toContain('anomalies:  data-after-fin 1');
		expect(stdout).not.toContain('rst-in-window');
	});
});
