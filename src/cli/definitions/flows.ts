import { type Command, Option } from 'commander';
import type { Output } from '../output.js';
import { inputFile, reading, wrongUsage } from '../reading.js';

export function defineFlows(root: Command, output: Output): void {
	reading(root.command('flows'), 'print a line for every connection')
		.addOption(new Option('--format <format>', "a table, JSON, or Zeek's conn.log").choices(['table', 'json', 'conn-log']).default('table'))
		.option('--json', 'the same as --format json')
		.addOption(new Option('--digest <algorithm>', 'with --json: add a digest of the bytes of each direction').choices(['sha256']))
		.action(async (file, { json, format, ...options }, command) => {
			const wanted = json === true ? 'json' : format;
			if (options.digest !== undefined && wanted !== 'json') wrongUsage(command, '--digest goes with --json');
			const { flows } = await import('../commands/flows.js');
			await flows(inputFile(file, options, command), { ...options, format: wanted }, output);
		});
}
