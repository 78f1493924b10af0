import { describe, expect, it } from 'vitest';
import { devices } from '../../../src/sources/devices.js';
import { jsonLines, linesOf, runCli } from '../../support/cli.js';

/** The devices, or the error if there is no libpcap here. */
function known(): ReturnType<typeof devices> | Error {
	try {
		return devices();
	} catch (error) {
		return error as Error;
	}
}

describe('devices', () => {
	const expected = known();

	it.runIf(expected instanceof Error)('should say in one line what is missing', async () => {
		const { code, stdout, stderr } = await runCli(['devices']);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(linesOf(stderr)).toHaveLength(1);
		expect(stderr).toContain((expected as Error).message.split('\n')[0]);
	});

	it.skipIf(expected instanceof Error)('should print a line for each', async () => {
		const names = (expected as ReturnType<typeof devices>).map(({ name }) => name);
		const { code, stdout, stderr } = await runCli(['devices']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(linesOf(stdout).map(line => line.split(/\s{2,}/)[0])).toEqual(names);
	});

	it.skipIf(expected instanceof Error)('should print each as JSON', async () => {
		expect(jsonLines((await runCli(['devices', '--json'])).stdout)).toEqual(expected);
	});

	it('should exit with 2 if it is given an argument', async () => {
		expect(await runCli(['devices', 'lo'])).toMatchObject({ code: 2, stdout: '' });
	});
});
