import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SHARDS_MAX } from '../shards/shardOf.js';
import { complain } from './complain.js';
import { CLOSE_IDLE_MS, FLUSH_OLDER_THAN_MS } from './defaults.js';
import type { InputOptions } from './input.js';
import { Output } from './output.js';
import { version } from './version.js';

/** What the shell is told: all went well, something could not be read, or the command line was wrong. */
const ExitCode = { fine: 0, failed: 1, usage: 2 } as const;

/** Runs the command line; sets the exit code. */
export async function run(argv: readonly string[]): Promise<void> {
	const output = new Output();
	try {
		await program(output).parseAsync(argv);
	} catch (error) {
		process.exitCode = report(error);
	} finally {
		output.flush();
	}
}

/** Says what went wrong in one line, and answers the exit code. */
function report(error: unknown): number {
	// Commander has printed its own message by then.
	if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.fine : ExitCode.usage;
	complain(error instanceof Error ? error.message : String(error));
	return ExitCode.failed;
}

function program(output: Output): Command {
	const root = new Command('rx-reassembly')
		.description('TCP stream reassembly: packets in, ordered bytes, connections and HTTP exchanges out')
		.version(version())
		.exitOverride()
		.configureOutput({ writeOut: text => output.write(text) })
		.addHelpText('after', examples);
	reading(root.command('http'), 'print a line for every HTTP exchange')
		.addOption(
			new Option(
				'--shards <n>',
				'spread the connections over so many threads; the lines of different connections then come in any order',
			).argParser(threads),
		)
		.option('--to <url>', 'publish the lines of JSON to NATS instead, as in nats://127.0.0.1:4222/exchanges')
		.option('--creds <file>', 'with --to: a file of credentials')
		.option('--insecure', 'with --to: talk to another machine without TLS')
		.action(async (file, options, command) => {
			const { http } = await import('./commands/http.js');
			await http(inputFile(file, options, command), options, output);
		});
	reading(root.command('flows'), 'print a line for every connection')
		.addOption(new Option('--digest <algorithm>', 'with --json: add a digest of the bytes of each direction').choices(['sha256']))
		.action(async (file, options, command) => {
			if (options.digest !== undefined && !options.json) command.error('error: --digest goes with --json', { exitCode: ExitCode.usage });
			const { flows } = await import('./commands/flows.js');
			await flows(inputFile(file, options, command), options, output);
		});
	reading(root.command('chunks'), 'print every chunk of every flow, in order')
		.addOption(new Option('--compat <whose>', "behave like gopacket's tcpassembly, to the letter").choices(['tcpassembly']))
		.addOption(
			new Option('--max-pages-per-connection <n>', 'with --compat: pages that one stream may hold; 0: no limit').argParser(wholeNumber),
		)
		.addOption(new Option('--max-pages-total <n>', 'with --compat: pages that all streams may hold; 0: no limit').argParser(wholeNumber))
		.action(async (file, options, command) => {
			checkCompat(options, command);
			const { chunks } = await import('./commands/chunks.js');
			await chunks(inputFile(file, options, command), options, output);
		});
	root
		.command('devices')
		.description('list the devices that can be captured on')
		.option('--json', 'print JSON, a line a device')
		.action(async options => {
			const { devices } = await import('./commands/devices.js');
			await devices(options, output);
		});
	withNats(root.command('ship'))
		.description('ship packets to NATS JetStream, in shards')
		.argument('[FILE]', 'a capture file; - for standard input')
		.option('-i, --interface <device>', 'capture live on this device instead')
		.option('-f, --filter <filter>', "with -i: what to capture, in libpcap's language")
		.addOption(new Option('--shards <n>', 'how many shards; the same for all sensors').argParser(threads).default(4))
		.option('--sensor <name>', 'name of this sensor (default: host and file or device)')
		.addOption(new Option('--run <n>', 'number of this run; the same run is stored once (default: the time)').argParser(wholeNumber))
		.option('--json', 'print JSON')
		.action(async (file, options, command) => {
			const { ship } = await import('./commands/ship.js');
			await ship(inputFile(file, options, command), options, output);
		});
	withNats(root.command('work'))
		.description('work on the shards of a stream of packets, together with others; results are the lines of --json')
		.addArgument(new Argument('<what>', 'what to make of the connections').choices(['http', 'flows']))
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
			const { work } = await import('./commands/work.js');
			await work(what, options);
		});
	withNats(root.command('nats').description('about streams of packets in NATS JetStream').command('status'))
		.description('print how far workers are: lag, checkpoints, leases and dead letters of each shard')
		.option('--group <name>', 'of which workers', 'http')
		.option('--json', 'print JSON')
		.action(async options => {
			const { natsStatus } = await import('./commands/natsStatus.js');
			await natsStatus(options, output);
		});
	return root;
}

/** Adds the flags of a command that talks to NATS. */
function withNats(command: Command): Command {
	return command
		.option('--nats <url>', 'nats://host:port or tls://host:port, several with commas', 'nats://127.0.0.1:4222')
		.option('--stream <name>', 'the stream of packets', 'packets')
		.option('--creds <file>', 'a file of credentials')
		.option('--token <token>', 'a token (or in NATS_TOKEN)')
		.option('--user <name>', 'a user; the password is in NATS_PASSWORD')
		.option('--tls-ca <file>', 'certificates of those who vouch for the server; TLS then')
		.option('--tls-cert <file>', 'our own certificate')
		.option('--tls-key <file>', 'and its key')
		.option('--insecure', 'talk to another machine without TLS');
}

/** Adds the argument and the flags of a command that reads packets. */
function reading(command: Command, description: string): Command {
	return command
		.description(description)
		.argument('[FILE]', 'a capture file (pcap or pcapng, also packed with gzip or zstd); - for standard input')
		.option('-i, --interface <device>', 'capture live on this device instead')
		.option('-f, --filter <filter>', "with -i: what to capture, in libpcap's language, e.g. 'tcp port 80'")
		.option('--json', 'print JSON, a line each')
		.addOption(new Option('--checksums <what>', 'what to do about checksums').choices(['ignore', 'verify']).default('ignore'))
		.addOption(
			new Option('--flush-older-than <ms>', `stop waiting for missing bytes after this long (default: ${FLUSH_OLDER_THAN_MS})`).argParser(
				milliseconds,
			),
		)
		.addOption(
			new Option('--close-idle <ms>', 'close connections that are idle for this long').default(CLOSE_IDLE_MS).argParser(milliseconds),
		)
		.addOption(
			new Option(
				'--midstream <what>',
				"a flow whose start was not seen: 'wait' for it, 'pickup' at once, or wait this many ms (default: wait; live: 1000)",
			).argParser(midstream),
		);
}

/** The file to read, or undefined for a live capture: exactly one of them must be named. */
function inputFile(file: string | undefined, options: InputOptions, command: Command): string | undefined {
	const isLive = options.interface !== undefined;
	if (isLive && file !== undefined) command.error('error: give a FILE or -i DEVICE, not both', { exitCode: ExitCode.usage });
	if (!isLive && file === undefined) command.error('error: give a FILE, - for standard input, or -i DEVICE', { exitCode: ExitCode.usage });
	if (!isLive && options.filter !== undefined) command.error('error: -f goes with -i', { exitCode: ExitCode.usage });
	return file;
}

/** What belongs to one of the two behaviours does not go with the other. */
function checkCompat({ compat, maxPagesPerConnection, maxPagesTotal, midstream }: InputOptions, command: Command): void {
	const hasPages = maxPagesPerConnection !== undefined || maxPagesTotal !== undefined;
	if (compat === undefined && hasPages) command.error('error: --max-pages-… goes with --compat', { exitCode: ExitCode.usage });
	if (compat !== undefined && midstream !== undefined)
		command.error('error: --midstream does not go with --compat', { exitCode: ExitCode.usage });
}

function wholeNumber(text: string): number {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
	return Number(text);
}

function threads(text: string): number {
	const value = wholeNumber(text);
	if (value < 1 || value > SHARDS_MAX) throw new InvalidArgumentError(`It must be a whole number from 1 to ${SHARDS_MAX}.`);
	return value;
}

function shardRange(text: string): number[] {
	const ranges = text.split(',').map(range => /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range));
	return ranges.flatMap(range => {
		if (range === null) throw new InvalidArgumentError('It must be numbers and ranges, as in 0-3,7.');
		const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
		return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
	});
}

function milliseconds(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number of milliseconds, 0 or more.');
	return value;
}

function midstream(text: string): 'wait' | 'pickup' | number {
	if (text === 'wait' || text === 'pickup') return text;
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError("It must be 'wait', 'pickup' or a number of milliseconds.");
	return value;
}

const examples = `
Examples:
  $ rx-reassembly http capture.pcap
  $ rx-reassembly flows capture.pcap --json --digest sha256
  $ tcpdump -U -w - tcp port 80 | rx-reassembly http -
  $ rx-reassembly http -i lo -f 'tcp port 8080'
  $ rx-reassembly ship capture.pcap --nats nats://127.0.0.1:4222 --stream tap --shards 4
  $ rx-reassembly work http --nats nats://127.0.0.1:4222 --stream tap --to exchanges

Exit codes: 0 all went well, 1 something could not be read, 2 the command line is wrong.`;
