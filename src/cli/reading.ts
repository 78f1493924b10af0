import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { milliseconds } from './arguments.js';
import { CLOSE_IDLE_MS, FLUSH_OLDER_THAN_MS } from './defaults.js';
import { ExitCode } from './exitCode.js';
import { flow, host, net, port, type SegmentFilter } from './flowFilter.js';
import type { InputOptions } from './input.js';
import { policies } from './policies.js';

/** Adds the argument and the flags of a command that reads packets. */
export function reading(command: Command, description: string): Command {
	command
		.description(description)
		.argument('[FILE]', 'a capture file (pcap or pcapng, also packed with gzip or zstd); - for standard input')
		.option('-i, --interface <device>', 'capture live on this device instead')
		.option('-f, --filter <filter>', "with -i: what to capture, in libpcap's language, e.g. 'tcp port 80'")
		.addOption(new Option('--host <address>', 'only connections of this address; may be repeated').argParser(host))
		.addOption(new Option('--port <port>', 'only connections of this port, or range of ports; may be repeated').argParser(port))
		.addOption(new Option('--net <network>', 'only connections of this network, e.g. 10.0.0.0/8; may be repeated').argParser(net))
		.option('--no-progress', 'no bar on the terminal for long files')
		.addOption(new Option('--checksums <what>', 'what to do about checksums').choices(['ignore', 'verify']).default('ignore'))
		.addOption(
			new Option('--flush-older-than <ms>', `stop waiting for missing bytes after this long (default: ${FLUSH_OLDER_THAN_MS})`).argParser(
				milliseconds,
			),
		)
		.addOption(
			new Option('--close-idle <ms>', 'close connections that are idle for this long').default(CLOSE_IDLE_MS).argParser(milliseconds),
		);
	return policies(command);
}

/** The file to read, or undefined for a live capture: exactly one of them must be named. */
export function inputFile(file: string | undefined, options: InputOptions, command: Command): string | undefined {
	const isLive = options.interface !== undefined;
	if (isLive && file !== undefined) wrongUsage(command, 'give a FILE or -i DEVICE, not both');
	if (!isLive && file === undefined) wrongUsage(command, 'give a FILE, - for standard input, or -i DEVICE');
	if (!isLive && options.filter !== undefined) wrongUsage(command, '-f goes with -i');
	return file;
}

/** The connection that a command is about; which of the arguments it is depends on where packets come from. */
export const flowArgument = (): Argument =>
	new Argument('[FLOW]', 'one connection, e.g. 10.0.0.1:1234->10.0.0.2:80; all, if it is left out');

/** The file and the connection that are named: with `-i` there is no file. */
export function fileAndFlow(
	first: string | undefined,
	second: string | undefined,
	options: InputOptions,
	command: Command,
): { readonly file: string | undefined; readonly flow?: SegmentFilter } {
	const [file, text] = options.interface === undefined ? [first, second] : [second, first];
	const named = inputFile(file, options, command);
	return text === undefined ? { file: named } : { file: named, flow: readFlow(text, command) };
}

function readFlow(text: string, command: Command): SegmentFilter {
	try {
		return flow(text);
	} catch (error) {
		if (error instanceof InvalidArgumentError) wrongUsage(command, `'${text}' is no FLOW. ${error.message}`);
		throw error;
	}
}

/** Ends the program: the flags do not go together. */
export function wrongUsage(command: Command, message: string): never {
	command.error(`error: ${message}`, { exitCode: ExitCode.usage });
}
