import { Argument, type Command } from 'commander';
import type { Output } from '../output.js';

export function defineCompletion(root: Command, output: Output): void {
	root
		.command('completion')
		.description('print what makes a shell complete these commands and their flags: eval "$(rx-reassembly completion bash)"')
		.addArgument(new Argument('<shell>', 'for which shell').choices(['bash', 'zsh', 'fish']))
		.action(async shell => {
			const { completion } = await import('../commands/completion.js');
			output.write(completion(root, shell));
		});
}
