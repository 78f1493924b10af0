import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { complain } from './complain.js';
import { defineChunks } from './definitions/chunks.js';
import { defineCompletion } from './definitions/completion.js';
import { defineDevices } from './definitions/devices.js';
import { defineExtract } from './definitions/extract.js';
import { defineFlows } from './definitions/flows.js';
import { defineFollow } from './definitions/follow.js';
import { defineHttp } from './definitions/http.js';
import { defineMarbles } from './definitions/marbles.js';
import { defineNats, defineShip, defineWork } from './definitions/nats.js';
import { defineSave } from './definitions/save.js';
import { defineStats } from './definitions/stats.js';
import { defineTls } from './definitions/tls.js';
import { ExitCode } from './exitCode.js';
import { Output } from './output.js';
import { version } from './version.js';

/** Runs the command line; sets the exit code. */
export async function run(argv: readonly string[], output: Output = new Output()): Promise<void> {
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

/** What the flags of each command mean; what it does is loaded when it is called. */
const definitions = [
	...[defineFlows, defineFollow, defineExtract, defineSave, defineStats],
	...[defineHttp, defineTls, defineChunks, defineMarbles, defineDevices],
	...[defineShip, defineWork, defineNats, defineCompletion],
];

function program(output: Output): Command {
	const root = new Command('rx-reassembly')
		.description('TCP stream reassembly: packets in, ordered bytes, connections and HTTP exchanges out')
		.version(version())
		.exitOverride()
		.option('--config <file>', `flags by their names in the API, as JSON (default: ${CONFIG}, if it is there)`)
		.hook('preAction', configured)
		.configureOutput({ writeOut: text => output.write(text) })
		.addHelpText('after', examples);
	for (const define of definitions) define(root, output);
	return root;
}

/** Looked for where the command is called. */
const CONFIG = 'rx-reassembly.config.json';

async function configured(root: Command, command: Command): Promise<void> {
	const path = (root.opts().config as string | undefined) ?? (existsSync(CONFIG) ? CONFIG : undefined);
	if (path === undefined) return;
	const { applyConfig } = await import('./config.js');
	applyConfig(path, command, root);
}

const examples = `
Examples:
  $ rx-reassembly flows capture.pcap --json --digest sha256
  $ rx-reassembly follow capture.pcap '10.0.0.1:1234->10.0.0.2:80'
  $ rx-reassembly extract capture.pcap -o streams --port 80
  $ rx-reassembly save capture.pcap --host 10.0.0.1 -o one.pcapng
  $ rx-reassembly http capture.pcap
  $ rx-reassembly tls capture.pcap
  $ rx-reassembly marbles capture.pcap '10.0.0.1:1234->10.0.0.2:80'
  $ tcpdump -U -w - tcp port 80 | rx-reassembly http -
  $ rx-reassembly http -i lo -f 'tcp port 8080'
  $ rx-reassembly ship capture.pcap --nats nats://127.0.0.1:4222 --stream tap --shards 4
  $ rx-reassembly work http --nats nats://127.0.0.1:4222 --stream tap --to exchanges

Exit codes: 0 all went well, 1 something could not be read, 2 the command line is wrong.`;
