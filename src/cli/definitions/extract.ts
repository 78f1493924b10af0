import { type Command, Option } from 'commander';
import { inputFile, reading } from '../reading.js';

export function defineExtract(root: Command): void {
	reading(root.command('extract'), "write the bytes of every flow to a file of its own, with tcpflow's names")
		.requiredOption('-o, --output <folder>', 'where to; it is made if it is not there')
		.addOption(
			new Option('--holes <what>', 'what stands for bytes that are missing: nothing, as many zeros, or a line that says so')
				.choices(['skip', 'zero', 'marker'])
				.default('skip'),
		)
		.action(async (file, options, command) => {
			const { extract } = await import('../commands/extract.js');
			await extract(inputFile(file, options, command), options);
		});
}
