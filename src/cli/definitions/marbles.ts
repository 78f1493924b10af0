import { type Command, Option } from 'commander';
import { columns, wholeNumberFrom1 } from '../arguments.js';
import type { Output } from '../output.js';
import { fileAndFlow, flowArgument, reading, wrongUsage } from '../reading.js';

export function defineMarbles(root: Command, output: Output): void {
	reading(root.command('marbles'), 'draw what became of the packets of a connection, or write a test of it')
		.addArgument(flowArgument())
		.option('--svg', 'an SVG image instead of text')
		.option('--test', 'the source of a marble test instead')
		.addOption(new Option('--runner <name>', 'with --test: who runs it (default: vitest)').choices(['vitest', 'node', 'jest']))
		.option('-o, --output <file>', 'where to (default: standard output)')
		.addOption(
			new Option('--packets <number>', 'packets of a connection, the first ones (default: 60; with --test 200)').argParser(
				wholeNumberFrom1,
			),
		)
		.addOption(new Option('--width <columns>', 'how wide (default: as the terminal, else 80)').argParser(columns))
		.addOption(new Option('--color <when>', 'client red, server blue').choices(['auto', 'always', 'never']).default('auto'))
		.action(async (file, flow, options, command) => {
			if (options.svg === true && options.test === true) wrongUsage(command, 'give --svg or --test, not both');
			if (options.runner !== undefined && options.test !== true) wrongUsage(command, '--runner goes with --test');
			const input = fileAndFlow(file, flow, options, command);
			const { marbles } = await import('../commands/marbles.js');
			await marbles(input.file, { ...options, flow: input.flow }, output);
		});
}
