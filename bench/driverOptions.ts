import { parseArgs } from 'node:util';
import type { ReassembleOptions } from 'rx-reassembly/operators';

/** What the command line of the driver says. */
export interface DriverOptions {
	readonly file: string;
	readonly digest: boolean;
	readonly group: boolean;
	readonly http1: boolean;
	readonly reassemble: ReassembleOptions;
}

const usage = 'usage: driver FILE [--digest | --group | --http1] [--max-held-segments N]';

export function driverOptions(args: string[]): DriverOptions {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			digest: { type: 'boolean', default: false },
			group: { type: 'boolean', default: false },
			http1: { type: 'boolean', default: false },
			'max-held-segments': { type: 'string' },
		},
	});
	const [file] = positionals;
	const { digest, group, http1, 'max-held-segments': held } = values;
	if (file === undefined || positionals.length > 1 || Number(digest) + Number(group) + Number(http1) > 1) throw new TypeError(usage);
	return { file, digest, group, http1, reassemble: held === undefined ? {} : { maxHeldSegmentsPerFlow: Number(held) } };
}
