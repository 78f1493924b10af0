import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';
import { captureOf, conversation, request, response, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** What is in each file of a folder, as text. */
function filesIn(path: string): Record<string, string> {
	return Object.fromEntries(readdirSync(path).map(name => [name, readFileSync(join(path, name), 'latin1')]));
}

let runs = 0;
/** The files that `extract` makes of these packets. */
async function extracted(lines: readonly string[], ...flags: readonly string[]): Promise<Record<string, string>> {
	const number = runs++;
	const capture = folder.write(`${number}.pcap`, captureOf(lines));
	const output = folder.path(`streams-${number}/deep`);
	const { code, stdout, stderr } = await runCli(['extract', capture, '-o', output, ...flags]);
	expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
	expect(stderr).toContain(` files of ${output}`);
	return filesIn(output);
}

const client = '010.000.000.001.01024-010.000.000.002.00080';
const server = '010.000.000.002.00080-010.000.000.001.01024';

const withHole = ['C> S 0:0(0)', 'C> . 1:4(3) "ABC"', 'C> . 9:12(3) "IJK"', 'C> . 15:15(0)', 'C> F 15:15(0)'];

describe.concurrent('extract', () => {
	it('should write what each side said to a file of its own', async () => {
		expect(await extracted(conversation())).toEqual({ [client]: request, [server]: response });
	});

	it('should make no file of a flow that says nothing', async () => {
		expect(await extracted(['C> S 0:0(0)', 'S> S. 0:0(0) ack 1', 'C> . 1:4(3) "ABC"'])).toEqual({ [client]: 'ABC' });
	});

	it.each([
		['skip', 'ABCIJK'],
		['zero', `ABC${'\0'.repeat(5)}IJK`],
		['marker', 'ABC\n[5 bytes are missing]\nIJK'],
	])('should write holes as it is told: %s', async (holes, text) => {
		const files = await extracted(withHole, '--holes', holes);
		expect(files[client]?.slice(0, text.length)).toBe(text);
	});

	it('should number the connections that have the same ends, as tcpflow does', async () => {
		const one = (from: number, text: string) => [
			`C> S ${from}:${from}(0)`,
			`C> . ${from + 1}:${from + 4}(3) "${text}"`,
			`S> R. 1:1(0) ack ${from + 4}`,
		];
		expect(await extracted([...one(100, 'ABC'), ...one(90_000, 'DEF')])).toEqual({ [client]: 'ABC', [`${client}c1`]: 'DEF' });
	});

	it('should name IPv6 addresses and VLANs', async () => {
		expect(Object.keys(await extracted(conversation(' ip6 vlan 5'))).sort()).toEqual([
			'2001:db8::1.01024-2001:db8::2.00080--5',
			'2001:db8::2.00080-2001:db8::1.01024--5',
		]);
	});

	it('should keep flows apart that are more than it has files open', async () => {
		const names = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap(letter => Array.from({ length: 11 }, (_, i) => ({ letter, vlan: i + 1 })));
		const say = (at: number, text: string) =>
			names.map(({ letter, vlan }) => `${letter}:C> . ${at}:${at + 3}(3) vlan ${vlan} "${letter}${text}${vlan % 10}"`);
		const lines = [...names.map(({ letter, vlan }) => `${letter}:C> S 0:0(0) vlan ${vlan}`), ...say(1, 'a'), ...say(4, 'b')];
		const expected = names.map(({ letter, vlan }) => `${letter}a${vlan % 10}${letter}b${vlan % 10}`);
		expect(Object.values(await extracted(lines)).sort()).toEqual(expected.sort());
	});

	it('should say in one line that the folder cannot be made', async () => {
		const capture = folder.write('whole.pcap', captureOf(conversation()));
		const { code, stderr } = await runCli(['extract', capture, '-o', join(capture, 'below')]);
		expect(code).toBe(1);
		expect(stderr.trim().split('\n')).toHaveLength(1);
		expect(existsSync(join(capture, 'below'))).toBe(false);
	});
});
