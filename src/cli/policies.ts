import { type Command, Option } from 'commander';
import type { DecodeTcpOptions } from '../../operators/decodeTcp.js';
import { type AssemblerOptions, defaultSettings } from '../assembly/limits.js';
import { overlapPolicies } from '../assembly/overlap.js';
import { amount, midstream, milliseconds } from './arguments.js';

/** What the decoder and the engine can be told, by the names that it has in the API. */
export type PolicyOptions = AssemblerOptions & Pick<DecodeTcpOptions, 'tunnels' | 'defragment'>;

const amounts: readonly (readonly [flag: string, name: keyof AssemblerOptions, description: string])[] = [
	['--max-held-bytes-per-flow <n>', 'maxHeldBytesPerFlow', 'bytes that one flow may hold behind a hole'],
	['--max-held-segments-per-flow <n>', 'maxHeldSegmentsPerFlow', 'the same, in pieces of segments'],
	['--max-held-bytes <n>', 'maxHeldBytes', 'bytes that all flows may hold together'],
	['--max-held-segments <n>', 'maxHeldSegments', 'the same, in pieces of segments'],
	['--max-flows <n>', 'maxFlows', 'flows (directions) that may be open'],
	['--max-gap <n>', 'maxGap', 'bytes that a hole may have at most'],
	['--max-lingering <n>', 'maxLingering', 'closed connections that are remembered'],
];

/** Adds a flag for each of them. */
export function policies(command: Command): Command {
	command.optionsGroup('Limits and policies, with the names that they have in the API; 4M is 4 * 1024 * 1024:');
	for (const [flag, name, description] of amounts) {
		command.addOption(new Option(flag, `${description} (default: ${shown(defaultSettings[name] as number)})`).argParser(amount));
	}
	return command
		.addOption(
			new Option('--linger-ms <ms>', `for how long they are remembered (default: ${defaultSettings.lingerMs})`).argParser(milliseconds),
		)
		.addOption(new Option('--overlap <policy>', 'whose bytes stay where held segments overlap (default: "bsd")').choices(overlapPolicies))
		.addOption(
			new Option(
				'--midstream <what>',
				"a flow whose start was not seen: 'wait' for it, 'pickup' at once, or wait this many ms (default: wait; live: 1000)",
			).argParser(midstream),
		)
		.addOption(new Option('--rst <which>', 'which RST ends a connection (default: "strict")').choices(['strict', 'window']))
		.addOption(new Option('--urgent <what>', 'urgent data stays in the stream, or not (default: "inline")').choices(['inline', 'drop']))
		.option('--no-separate-vlans', 'the directions of a connection may be on different VLANs')
		.option('--no-separate-tunnels', 'they may take different tunnels')
		.option('--no-tunnels', 'look at tunnels from outside')
		.option('--no-defragment', 'put no fragments of IP together')
		.optionsGroup('Options:');
}

/** What of it is for the engine. */
export function settingsOf(options: PolicyOptions): AssemblerOptions {
	const known = Object.keys(defaultSettings) as (keyof AssemblerOptions)[];
	return Object.fromEntries(known.filter(name => options[name] !== undefined).map(name => [name, options[name]]));
}

/** Those that were given. */
export function givenPolicies(command: Command): readonly Option[] {
	const names = new Set<string>([...Object.keys(defaultSettings), 'tunnels', 'defragment']);
	return command.options.filter(option => {
		const name = option.attributeName();
		return names.has(name) && command.getOptionValueSource(name) === 'cli';
	});
}

function shown(value: number): string {
	return value % 2 ** 20 === 0 ? `${value / 2 ** 20}M` : value % 2 ** 10 === 0 ? `${value / 2 ** 10}k` : String(value);
}
