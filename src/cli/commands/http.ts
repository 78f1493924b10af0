import { lastValueFrom, map, type Observable, tap } from 'rxjs';
import { Valve } from '../../valve.js';
import { behaviourOf, type InputOptions, segmentsOf } from '../input.js';
import type { NatsOptions } from '../natsOptions.js';
import type { Output } from '../output.js';
import { exchangesOf, type HttpLineOptions, httpLines, lineOf } from './httpLines.js';

/** The flags of this command. */
export interface HttpOptions extends InputOptions, Omit<NatsOptions, 'nats'> {
	readonly json?: boolean;
	readonly shards?: number;
	/** Where the lines go instead: a URL of NATS with a subject. */
	readonly to?: string;
	/** Where the exchanges go beside their lines: a file of HAR, and a folder for the bodies. */
	readonly har?: string;
	readonly bodies?: string;
	readonly maxBodyBytes: number;
}

/** Prints every HTTP exchange: as a line of JSON, or to be read. The lines are made where the exchanges are found. */
export async function http(file: string | undefined, options: HttpOptions, output: Output): Promise<void> {
	const { shards, to } = options;
	const json = options.json === true || to !== undefined;
	const valve = to === undefined || options.interface !== undefined ? undefined : new Valve();
	const segments = await segmentsOf(file, options, { valve });
	const lineOptions: HttpLineOptions = { behaviour: behaviourOf(options), json };
	let lines: Observable<string>;
	if (options.har !== undefined || options.bodies !== undefined) {
		const { savedExchanges } = await import('../savedExchanges.js');
		const exchanges = exchangesOf(segments, behaviourOf(options), options.maxBodyBytes);
		lines = exchanges.pipe(
			savedExchanges(options),
			map(exchange => lineOf(exchange, json)),
		);
	} else if (shards === undefined) lines = httpLines(segments, lineOptions);
	else {
		const { inShards } = await import('../../threads/inShards.js');
		lines = segments.pipe(inShards<string>(new URL('./http.shard.js', import.meta.url), { shards, data: lineOptions }));
	}
	if (to !== undefined) {
		const { publishLines } = await import('../publishLines.js');
		await publishLines(lines, to, options, valve);
		return;
	}
	await lastValueFrom(lines.pipe(tap(line => output.line(line))), { defaultValue: undefined });
}
