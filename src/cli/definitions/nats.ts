import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { milliseconds, threads, wholeNumber } from '../arguments.js';
import type { Output } from '../output.js';
import { inputFile } from '../reading.js';

export function defineShip(root: Command, output: Output): void {
	connecting(root.command('ship'))
		.description('ship packets to NATS JetStream, in shards')
		.argument('[FILE]', 'a capture file; - for standard input')
		.option('-i, --interface <device>', 'capture live on this device instead')
		.option('-f, --filter <filter>', "with -i: what to capture, in libpcap's language")
		.addOption(new Option('--shards <n>', 'how many shards; the same for all sensors').argParser(threads).default(4))
		.option('--sensor <name>', 'name of this sensor (default: host and file or device)')
		.addOption(new Option('--run <n>', 'number of this run; the same run is stored once (default: the time)').argParser(wholeNumber))
		.option('--json', 'print JSON')
		.action(async (file, options, command) => {
			const { ship } = await import('../commands/ship.js');
			await ship(inputFile(file, options, command), options, output);
		});
}

export function defineWork(root: Command): void {
	connecting(root.command('work'))
		.description('work on the shards of a stream of packets, together with others; results are the lines of --json')
		.addArgument(new Argument('<what>', 'what to make of the connections').choices(['http', 'flows', 'tls']))
		.requiredOption('--to <subject>', 'where results go; a stream is made for it if there is none')
		.option('--group <name>', 'workers of a group share the shards (default: what they make)')
		.addOption(new Option('--shards <range>', 'which shards, as in 0-3,7 (default: all)').argParser(shardRange))
		.addOption(new Option('--sensors <n>', 'a shard is done when so many sensors have ended').argParser(threads).default(1))
		.addOption(new Option('--merge-window <ms>', 'how long packets wait for other sensors, in packet time').argParser(milliseconds))
		.addOption(new Option('--lease <ms>', 'how long a silent worker keeps its shards').argParser(milliseconds))
		.addOption(new Option('--max-replay <n>', 'batches that open connections may make others read again').argParser(wholeNumber))
		.addOption(new Option('--duplicate-window <ms>', 'of the stream of results, if it is made').argParser(milliseconds).default(600_000))
		.addOption(new Option('--checksums <what>', 'what to do about checksums').choices(['ignore', 'verify']).default('ignore'))
		.addOption(new Option('--flush-older-than <ms>', 'stop waiting for missing bytes after this long').argParser(milliseconds))
		.addOption(new Option('--close-idle <ms>', 'close connections that are idle for this long').argParser(milliseconds))
		.action(async (what, options) => {
			const { work } = await import('../commands/work.js');
			await work(what, options);
		});
}

export function defineNats(root: Command, output: Output): void {
	connecting(root.command('nats').description('about streams of packets in NATS JetStream').command('status'))
		.description('print how far workers are: lag, checkpoints, leases and dead letters of each shard')
		.option('--group <name>', 'of which workers', 'http')
		.option('--json', 'print JSON')
		.action(async options => {
			const { natsStatus } = await import('../commands/natsStatus.js');
			await natsStatus(options, output);
		});
}

/** Adds the flags of a command that talks to NATS. */
function connecting(command: Command): Command {
	const named = command
		.option('--nats <url>', 'nats://host:port or tls://host:port, several with commas', 'nats://127.0.0.1:4222')
		.option('--stream <name>', 'the stream of packets', 'packets');
	return lettingIn(named);
}

/** Adds the flags that say how NATS lets us in. `when` stands before what they mean. */
export function lettingIn(command: Command, when = ''): Command {
	return command
		.option('--creds <file>', `${when}a file of credentials`)
		.option('--nkey <file>', `${when}a file with the seed of an nkey`)
		.option('--token <token>', `${when}a token (or in NATS_TOKEN)`)
		.option('--user <name>', `${when}a user; the password is in NATS_PASSWORD`)
		.option('--tls-ca <file>', `${when}certificates of those who vouch for the server; TLS then`)
		.option('--tls-cert <file>', `${when}our own certificate`)
		.option('--tls-key <file>', `${when}and its key`)
		.option('--insecure', `${when}talk to another machine without TLS`);
}

function shardRange(text: string): number[] {
	const ranges = text.split(',').map(range => /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range));
	return ranges.flatMap(range => {
		if (range === null) throw new InvalidArgumentError('It must be numbers and ranges, as in 0-3,7.');
		const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
		return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
	});
}
