import { parseArgs } from 'node:util';
import type { ReassembleOptions } from 'rx-reassembly/operators';

/** What the command line of the driver says. */
export interface DriverOptions {
	readonly file: string;
	readonly digest: boolean;
	readonly group: boolean;
	readonly http1: boolean;
	/** Worker threads; 0 for none. */
	readonly shards: number;
	readonly reassemble: ReassembleOptions;
}

const usage = 'usage: driver FILE [--digest | --group | --http1 [--shards N]] [--max-held-segments N]';

export function driverOptions(args: string[]): DriverOptions {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			digest: { type: 'boolean', default: false },
			group: { type: 'boolean', default: false },
			http1: { type: 'boolean', default: false },
			'max-held-segments': { type: 'string' },
			shards: { type: 'string', default: '0' },
		},
	});
	const [file] = positionals;
	const { digest, group, http1, 'max-held-segments': held } = values;
	const shards = Number(values.shards);
	const isWrong = Number(digest) + Number(group) + Number(http1) > 1 || (shards > 0 && !http1) || !(shards >= 0);
	if (file === undefined || positionals.length > 1 || isWrong) throw new TypeError(usage);
	return { file, digest, group, http1, shards, reassemble: held === undefined ? {} : { maxHeldSegmentsPerFlow: Number(held) } };
}
