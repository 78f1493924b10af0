import { lastValueFrom } from 'rxjs';
import { packetsOf as packetsOfFlows } from '../../../operators/packetsOf.js';
import { toPcap } from '../../sinks/toPcap.js';
import { complain } from '../complain.js';
import { flowFilter } from '../flowFilter.js';
import { type InputOptions, packetsOf } from '../input.js';

/** The flags of `save`. */
export interface SaveOptions extends InputOptions {
	readonly output: string;
}

/** Writes the packets that were chosen to a capture file; without a choice, all that have TCP in them. */
export async function save(file: string | undefined, options: SaveOptions): Promise<void> {
	const chooses = flowFilter(options);
	const packets = await packetsOf(file, options);
	const chosen = packets.pipe(packetsOfFlows((_, segment) => chooses?.(segment) ?? true));
	const saved = await lastValueFrom(chosen.pipe(toPcap(options.output)));
	complain(`${saved.packets} packets in ${saved.path}`);
}
