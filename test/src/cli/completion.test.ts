import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { linesOf, runCli } from '../../support/cli.js';

const hasBash = spawnSync('bash', ['--version']).status === 0;
if (!hasBash) console.log('bash is not installed; left out: completion by it');

const script = (await runCli(['completion', 'bash'])).stdout;

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): string[] {
	const set = `COMP_WORDS=(rx-reassembly "$@"); COMP_CWORD=$#; _rx_reassembly; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${set}`, 'bash', ...words], {
		encoding: 'utf8',
		cwd: import.meta.dirname,
	});
	expect(stderr).toBe('');
	return linesOf(stdout);
}

describe.skipIf(!hasBash)('completion by bash', () => {
	it.each<[string[], string[]]>([
		[['fl'], ['flows']],
		[['flows', '--form'], ['--format']],
		[['flows', '--format', 'c'], ['conn-log']],
		[['http', '--ha'], ['--har']],
		[['nats', 'st'], ['status']],
		[['flows', '--no-separate-t'], ['--no-separate-tunnels']],
		[['chunks', '--overlap', 'ol'], ['old-linux']],
		[['completion', 'ba'], ['bash']],
		[['flows', '-'], expect.arrayContaining(['-i', '--sort', '--help'])],
	])('should know %j', (words, expected) => {
		expect(offered(...words).filter(word => word !== '')).toEqual(expected);
	});

	it('should offer every command, and files where they belong', () => {
		expect(offered('')).toEqual(expect.arrayContaining(['flows', 'follow', 'marbles', 'ship', 'work', 'nats', 'completion']));
		expect(offered('flows', 'config.test')).toEqual(['config.test.ts']);
	});
});

describe('completion', () => {
	it('should be there for zsh, by what it has for bash', async () => {
		const { stdout } = await runCli(['completion', 'zsh']);
		expect(stdout.startsWith('autoload -U +X bashcompinit && bashcompinit\n')).toBe(true);
		expect(stdout.endsWith(script)).toBe(true);
	});

	it('should be there for fish', async () => {
		const { stdout } = await runCli(['completion', 'fish']);
		expect(stdout).toContain("complete -c rx-reassembly -n '__fish_use_subcommand' -a 'flows' -d 'print a line for every connection'");
		expect(stdout).toMatch(/-n '__fish_seen_subcommand_from flows' -l format -r -f -a 'table json conn-log'/);
		for (const line of linesOf(stdout)) expect(line).toMatch(/^complete -c rx-reassembly -n '/);
	});

	it('should be there for no other shell', async () => {
		expect(await runCli(['completion', 'cmd'])).toMatchObject({ code: 2, stdout: '' });
	});
});
