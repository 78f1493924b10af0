/**
 * The public pipeline over one capture file, counted: one line of JSON, and with --digest a line for each flow.
 *
 * It does as little as possible itself, so that what is timed is the pipeline.
 */

import type { Packet, Reassembly } from 'rx-reassembly';
import { fromFile, inShards } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, parseWith, reassemble } from 'rx-reassembly/operators';
import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import { Digests } from './digests.js';
import { driverOptions } from './driverOptions.js';
import { each } from './each.js';
import { Tally } from './tally.js';

const options = driverOptions(process.argv.slice(2));
const tally = new Tally();
const digests = options.digest ? new Digests() : undefined;
let packets = 0;
let exchanges = 0;

const segments = fromFile(options.file).pipe(countPackets(), decodeTcp(), flushOlderThan(120_000));
const chunks = segments.pipe(reassemble(options.reassemble));
const result = await pipeline();
result.subscribe({ error: fail, complete: report });

async function pipeline(): Promise<Observable<unknown>> {
	if (options.shards > 0) return sharded();
	if (options.http1) return parsed((await import('rx-reassembly/protocols')).http1);
	if (options.group) return chunks.pipe(groupByConnection(), mergeFlows(each(chunk => tally.add(chunk))));
	return chunks.pipe(each(digests === undefined ? chunk => tally.add(chunk) : count));
}

function count(chunk: Reassembly): void {
	tally.add(chunk);
	digests?.add(chunk);
}

function parsed(http1: Parameters<typeof parseWith<unknown>>[0]): Observable<unknown> {
	return chunks.pipe(
		each(chunk => tally.add(chunk)),
		groupByConnection(),
		mergeFlows(connection => connection.pipe(parseWith(http1))),
		each(() => exchanges++),
	);
}

/** What a shard emits: exchanges, and last what it counted. */
type Sharded = object | { readonly tally: Pick<Tally, 'connections' | 'streams' | 'bytes' | 'skipped'> };

function sharded(): Observable<unknown> {
	const { shards, reassemble: data } = options;
	return segments.pipe(
		inShards<Sharded>(new URL('./http.shard.js', import.meta.url), { shards, data }),
		each(result => {
			if ('tally' in result) tally.addAll(result.tally);
			else exchanges++;
		}),
	);
}

function countPackets(): MonoTypeOperatorFunction<Packet> {
	return each(() => packets++);
}

function report(): void {
	const { connections, streams, bytes, skipped } = tally;
	const line = { peer: 'rx-reassembly', packets, connections, streams, bytes, skipped, ...(options.http1 && { exchanges }) };
	process.stdout.write(`${[JSON.stringify(line), ...(digests?.lines() ?? [])].join('\n')}\n`);
}

function fail(error: unknown): void {
	console.error(String(error));
	process.exitCode = 1;
}
