import type { Command } from 'commander';
import type { Output } from '../output.js';

export function defineDevices(root: Command, output: Output): void {
	root
		.command('devices')
		.description('list the devices that can be captured on')
		.option('--json', 'print JSON, a line a device')
		.action(async options => {
			const { devices } = await import('../commands/devices.js');
			await devices(options, output);
		});
}
