import { devices as listDevices } from '../../sources/devices.js';
import type { Output } from '../output.js';

/** Prints the devices that can be captured on, a line each. */
export async function devices(options: { readonly json?: boolean }, output: Output): Promise<void> {
	for (const device of listDevices()) {
		if (options.json) {
			output.json(device);
			continue;
		}
		const addresses = device.addresses.map(({ address }) => address).join(', ');
		output.line([device.name.padEnd(16), addresses.padEnd(40), device.description ?? ''].join('  ').trimEnd());
	}
}
