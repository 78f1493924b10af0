import { type Command, Option } from 'commander';
import { wholeNumber } from '../arguments.js';
import type { InputOptions } from '../input.js';
import type { Output } from '../output.js';
import { givenPolicies } from '../policies.js';
import { inputFile, reading, wrongUsage } from '../reading.js';

export function defineChunks(root: Command, output: Output): void {
	reading(root.command('chunks'), 'print every chunk of every flow, in order')
		.option('--json', 'print JSON, a line each')
		.addOption(new Option('--compat <whose>', "behave like gopacket's tcpassembly, to the letter").choices(['tcpassembly']))
		.addOption(
			new Option('--max-pages-per-connection <n>', 'with --compat: pages that one stream may hold; 0: no limit').argParser(wholeNumber),
		)
		.addOption(new Option('--max-pages-total <n>', 'with --compat: pages that all streams may hold; 0: no limit').argParser(wholeNumber))
		.action(async (file, options, command) => {
			checkCompat(options, command);
			const { chunks } = await import('../commands/chunks.js');
			await chunks(inputFile(file, options, command), options, output);
		});
}

/** What belongs to one of the two behaviours does not go with the other. */
function checkCompat({ compat, maxPagesPerConnection, maxPagesTotal }: InputOptions, command: Command): void {
	const hasPages = maxPagesPerConnection !== undefined || maxPagesTotal !== undefined;
	if (compat === undefined && hasPages) wrongUsage(command, '--max-pages-… goes with --compat');
	const [policy] = givenPolicies(command);
	if (compat !== undefined && policy !== undefined) wrongUsage(command, `${policy.long} does not go with --compat`);
}
