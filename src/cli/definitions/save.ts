import type { Command } from 'commander';
import { fileAndFlow, flowArgument, reading } from '../reading.js';

export function defineSave(root: Command): void {
	reading(root.command('save'), 'write the packets of one connection, or of those that are chosen, to a capture file')
		.addArgument(flowArgument())
		.requiredOption('-o, --output <file>', 'where to: pcap, or pcapng if the name ends so')
		.action(async (file, flow, options, command) => {
			const { save } = await import('../commands/save.js');
			const input = fileAndFlow(file, flow, options, command);
			await save(input.file, { ...options, flow: input.flow });
		});
}
