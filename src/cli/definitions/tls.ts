import type { Command } from 'commander';
import type { Output } from '../output.js';
import { inputFile, reading } from '../reading.js';

export function defineTls(root: Command, output: Output): void {
	reading(root.command('tls'), 'print a line for every TLS connection: name, version, fingerprints')
		.option('--json', 'print JSON, a line each')
		.action(async (file, options, command) => {
			const { tls } = await import('../commands/tls.js');
			await tls(inputFile(file, options, command), options, output);
		});
}
