import { type Command, Option } from 'commander';
import { amount, threads } from '../arguments.js';
import type { Output } from '../output.js';
import { inputFile, reading, wrongUsage } from '../reading.js';
import { lettingIn } from './nats.js';

const BODY_BYTES = 16 * 2 ** 20;

export function defineHttp(root: Command, output: Output): void {
	const command = reading(root.command('http'), 'print a line for every HTTP exchange')
		.option('--json', 'print JSON, a line each')
		.addOption(
			new Option(
				'--shards <n>',
				'spread the connections over so many threads; the lines of different connections then come in any order',
			).argParser(threads),
		)
		.option('--har <file>', 'write them to a file of HAR 1.2 too, with their bodies')
		.option('--bodies <folder>', 'write each body, decoded, to a file of its own in this folder')
		.addOption(
			new Option('--max-body-bytes <n>', 'with --har or --bodies: bytes of each body to keep, before decoding')
				.default(BODY_BYTES, '16M')
				.argParser(amount),
		)
		.option('--to <url>', 'publish the lines of JSON to NATS instead, as in nats://127.0.0.1:4222/exchanges');
	lettingIn(command, 'with --to: ').action(async (file, options, command) => {
		const saves = options.har !== undefined || options.bodies !== undefined;
		if (saves && (options.shards !== undefined || options.to !== undefined)) {
			wrongUsage(command, '--har and --bodies go neither with --shards nor with --to');
		}
		const { http } = await import('../commands/http.js');
		await http(inputFile(file, options, command), options, output);
	});
}
