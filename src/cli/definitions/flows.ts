import { type Command, Option } from 'commander';
import { amount } from '../arguments.js';
import type { Output } from '../output.js';
import { inputFile, reading, wrongUsage } from '../reading.js';
import { sortColumns } from '../sortColumns.js';

export function defineFlows(root: Command, output: Output): void {
	reading(root.command('flows'), 'print a line for every connection')
		.addOption(new Option('--format <format>', "a table, JSON, or Zeek's conn.log").choices(['table', 'json', 'conn-log']).default('table'))
		.option('--json', 'the same as --format json')
		.addOption(new Option('--digest <algorithm>', 'with --json: add a digest of the bytes of each direction').choices(['sha256']))
		.addOption(new Option('--sort <column>', 'print them at the end, in this order: the greatest numbers first').choices(sortColumns))
		.option('--reverse', 'with --sort: the other way round')
		.addOption(new Option('--top <n>', 'with --sort: only so many').argParser(amount))
		.action(async (file, { json, format, ...options }, command) => {
			const wanted = json === true ? 'json' : format;
			if (options.digest !== undefined && wanted !== 'json') wrongUsage(command, '--digest goes with --json');
			if (options.sort === undefined && (options.reverse !== undefined || options.top !== undefined)) {
				wrongUsage(command, '--reverse and --top go with --sort');
			}
			const { flows } = await import('../commands/flows.js');
			await flows(inputFile(file, options, command), { ...options, format: wanted }, output);
		});
}
