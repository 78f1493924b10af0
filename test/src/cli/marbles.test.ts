import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { wordsOfSvg } from '../../marbles/drawings.js';
import { linesOf, main, runCli } from '../../support/cli.js';
import { captureOf, conversation, synsOf, temporaryFolder } from './captures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const capture = folder.write('one.pcap', captureOf(conversation()));
const two = folder.write('two.pcap', captureOf([...conversation(), 'A:C> S 0:0(0)', 'A:C> . 1:4(3) "ABC"']));

/** What `marbles` prints; it says nothing else. */
async function drawn(...args: readonly string[]): Promise<string[]> {
	const { code, stdout, stderr } = await runCli(['marbles', ...args]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	return linesOf(stdout);
}

describe.concurrent('marbles', () => {
	it('should draw what became of a connection', async () => {
		const lines = await drawn(capture, '10.0.0.1:1024->10.0.0.2:80', '--width', '100');
		expect(lines.slice(0, 7)).toEqual([
			'client 10.0.0.1:1024, server 10.0.0.2:80',
			'',
			'ms             0  10 20 30 40   50  60 70 80',
			'client sends   a─────c──d───────────g─────i──!──',
			'server sends   ───b────────e────f──────h─────!──',
			'client stream  a────────d───────────|───────────',
			'server stream  ───b────────(e)──fe─────|────────',
		]);
		expect(lines.join('\n')).toContain(' held until f: bytes before it are missing');
	});

	it('should read standard input', async () => {
		const { code, stdout } = await runCli(['marbles', '-'], captureOf(conversation()));
		expect(code).toBe(0);
		expect(linesOf(stdout)).toEqual(await drawn(capture));
	});

	it('should draw every connection if none is named, and else that one, either way round', async () => {
		const titlesOf = (lines: readonly string[]) => lines.filter(line => line.startsWith('client 10.'));
		const [first, second] = [1024, 1025].map(port => `client 10.0.0.1:${port}, server 10.0.0.2:80`);
		expect(titlesOf(await drawn(two))).toEqual([first, second]);
		expect(titlesOf(await drawn(two, '10.0.0.2:80 → 10.0.0.1:1025'))).toEqual([second]);
		expect(titlesOf(await drawn(two, '--port', '1024'))).toEqual([first]);
		expect(await drawn(two, '10.0.0.1:9->10.0.0.2:80')).toEqual([]);
	});

	it('should colour the sides if it is told to, and on a pipe only then', async () => {
		const lines = await drawn(capture, '--color', 'always');
		expect(lines.some(line => line.startsWith('\x1b[31mclient sends'))).toBe(true);
		expect(lines.some(line => line.startsWith('\x1b[34mserver stream'))).toBe(true);
		expect(lines.some(line => line.startsWith('\x1b[31md  30 ms'))).toBe(true);
		expect((await drawn(capture)).join('')).not.toContain('\x1b');
	});

	it('should be as wide as it is told to be, and say what it leaves out', async () => {
		const lines = await drawn(capture, '--width', '40', '--packets', '6');
		expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(40);
		expect(lines).toContain('… 3 more packets are not drawn');
	});

	it('should stop waiting when it is told to', async () => {
		const lost = folder.write('lost.pcap', captureOf(['C> S 0:0(0)', 'C> . 4:7(3) "DEF"', 'C> . 7:8(1) "G" @9']));
		expect((await drawn(lost, '--flush-older-than', '1000')).join('\n')).toContain('held until the flush');
		expect((await drawn(lost)).join('\n')).not.toContain('held until the flush');
	});

	it('should let no terminal obey what was sent', async () => {
		const path = folder.write('bad.pcap', captureOf(['C> S 0:0(0)', 'C> . 1:9(8) "\\x1b[2Ja\\x07b\\n"']));
		expect((await drawn(path)).join('\n')).toContain('"\\x1b[2Ja\\x07b\\n"');
	});

	it('should write SVG of all connections', async () => {
		const svg = (await drawn(two, '--svg')).join('\n');
		expect(wordsOfSvg(svg)).toMatch(/client 10\.0\.0\.1:1024[\s\S]*client 10\.0\.0\.1:1025/);
		const path = folder.path('one.svg');
		const { code, stdout, stderr } = await runCli(['marbles', capture, '--svg', '-o', path]);
		expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `rx-reassembly: 1 connection in ${path}\n` });
		expect(wordsOfSvg(readFileSync(path, 'utf8'))).toContain('client 10.0.0.1:1024, server 10.0.0.2:80');
	});

	it('should write tests for the runner that is named', async () => {
		const source = (await drawn(two, '--test', '--runner', 'node')).join('\n');
		expect(source).toContain("import { it } from 'node:test';");
		expect(source.match(/^it\('should reassemble .*$/gm)).toHaveLength(2);
		expect((await drawn(capture, '--test')).join('\n')).toContain("import { it } from 'vitest';");
	});

	it('should write nothing where there is nothing', async () => {
		const path = folder.path('nothing.svg');
		const { code, stdout } = await runCli(['marbles', capture, '10.0.0.1:9->10.0.0.2:80', '--svg', '-o', path]);
		expect({ code, stdout, exists: existsSync(path) }).toEqual({ code: 0, stdout: '', exists: false });
	});

	it('should say how many connections it leaves out', async () => {
		const { code, stdout, stderr } = await runCli(['marbles', '-'], synsOf(103));
		expect(code).toBe(0);
		expect(linesOf(stdout).filter(line => line.startsWith('client 10.'))).toHaveLength(100);
		expect(stderr).toBe('rx-reassembly: 3 more connections are left out; name one as FLOW\n');
	});

	it('should draw what there is before an error, and end with it', async () => {
		const { code, stdout, stderr } = await runCli(['marbles', '-'], captureOf(conversation()).slice(0, -10));
		expect(code).toBe(1);
		expect(stdout).toContain('client 10.0.0.1:1024, server 10.0.0.2:80');
		expect(stderr).toContain('rx-reassembly: ');
	});

	it.each([
		[['nonsense'], "'nonsense' is no FLOW"],
		[['--svg', '--test'], 'give --svg or --test, not both'],
		[['--runner', 'jest'], '--runner goes with --test'],
		[['--test', '--runner', 'mocha'], "argument 'mocha' is invalid"],
		[['--width', '39'], 'It must be a number of columns from 40 to 10000.'],
		[['--packets', '0'], 'It must be a whole number, 1 or more.'],
	])('should say what is wrong about %j', async (args, message) => {
		const { code, stderr } = await runCli(['marbles', capture, ...args]);
		expect(code).toBe(2);
		expect(stderr).toContain(message);
	});

	it('should say where it cannot write', async () => {
		const { code, stderr } = await runCli(['marbles', capture, '--svg', '-o', folder.path('no/such/folder.svg')]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/^rx-reassembly: .*folder\.svg: .*ENOENT/);
	});

	it('should be loaded by no other command', () => {
		expect(readFileSync(main, 'utf8')).not.toContain('client stream');
		expect(readFileSync(main.replace('rx-reassembly.cjs', 'marbles.cjs'), 'utf8')).toContain('client stream');
	});
});
