import { type Command, Option } from 'commander';
import { threads } from '../arguments.js';
import type { Output } from '../output.js';
import { inputFile, reading } from '../reading.js';
import { lettingIn } from './nats.js';

export function defineHttp(root: Command, output: Output): void {
	const command = reading(root.command('http'), 'print a line for every HTTP exchange')
		.option('--json', 'print JSON, a line each')
		.addOption(
			new Option(
				'--shards <n>',
				'spread the connections over so many threads; the lines of different connections then come in any order',
			).argParser(threads),
		)
		.option('--to <url>', 'publish the lines of JSON to NATS instead, as in nats://127.0.0.1:4222/exchanges');
	lettingIn(command, 'with --to: ').action(async (file, options, command) => {
		const { http } = await import('../commands/http.js');
		await http(inputFile(file, options, command), options, output);
	});
}
