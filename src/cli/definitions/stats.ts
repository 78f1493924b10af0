import type { Command } from 'commander';
import { wholeNumber } from '../arguments.js';
import type { Output } from '../output.js';
import { inputFile, reading } from '../reading.js';

export function defineStats(root: Command, output: Output): void {
	reading(root.command('stats'), 'print what was counted: packets, loss, anomalies, and who said most')
		.option('--json', 'print JSON')
		.option('--top <n>', 'how many of those who said most', wholeNumber, 10)
		.action(async (file, options, command) => {
			const { stats } = await import('../commands/stats.js');
			await stats(inputFile(file, options, command), options, output);
		});
}
