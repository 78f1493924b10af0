import { type Command, Option } from 'commander';
import type { Output } from '../output.js';
import { fileAndFlow, flowArgument, reading } from '../reading.js';

export function defineFollow(root: Command, output: Output): void {
	reading(root.command('follow'), 'print what both sides of a connection say')
		.addArgument(flowArgument())
		.option('--hex', 'as a hex dump')
		.addOption(new Option('--color <when>', 'client red, server blue').choices(['auto', 'always', 'never']).default('auto'))
		.action(async (file, flow, options, command) => {
			const { follow } = await import('../commands/follow.js');
			const input = fileAndFlow(file, flow, options, command);
			await follow(input.file, { ...options, flow: input.flow }, output);
		});
}
