/** What a packet costs with few and with many live flows, in order, one packet of each flow in turn. */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { Segment } from 'rx-reassembly';
import { groupByConnection, mergeFlows, reassemble } from 'rx-reassembly/operators';
import { type Observable, Subject, tap } from 'rxjs';
import { Load } from './load.js';
import { table } from './table.js';

const BATCH = 2000;
const PAYLOAD = 100;

const { values } = parseArgs({
	options: { packets: { type: 'string', default: '1200000' }, flows: { type: 'string', default: '1000,40000,400000' } },
});

let bytes = 0;
const pipelines: Readonly<Record<string, (segments: Observable<Segment>) => Observable<unknown>>> = {
	reassemble: segments =>
		segments.pipe(
			reassemble(),
			tap(chunk => {
				bytes += chunk.length;
			}),
		),
	'reassemble, groupByConnection, mergeFlows': segments =>
		segments.pipe(
			reassemble(),
			groupByConnection(),
			mergeFlows(connection =>
				connection.pipe(
					tap(chunk => {
						bytes += chunk.length;
					}),
				),
			),
		),
};

const flows = values.flows.split(',').map(Number);
const rows = Object.entries(pipelines).map(([name, pipeline]) => {
	const costs = flows.map(live => nsPerPacket(live, Number(values.packets), pipeline));
	return [name, ...costs.map(ns => ns.toFixed(0)), `${((costs.at(-1) ?? 0) / (costs[0] ?? 1)).toFixed(2)} ×`];
});
console.log(table(['ns a packet, at live flows:', ...flows.map(n => n.toLocaleString('en')), 'last / first'], rows));

/** Making the segments is not timed; the first time round all flows is not either. */
function nsPerPacket(live: number, count: number, pipeline: (segments: Observable<Segment>) => Observable<unknown>): number {
	const load = new Load(live);
	const segments = new Subject<Segment>();
	const subscription = pipeline(segments).subscribe();
	for (const segment of load.handshakes()) segments.next(segment);
	push(segments, load, live);
	bytes = 0;
	const ms = push(segments, load, count);
	if (bytes !== Math.ceil(count / BATCH) * BATCH * PAYLOAD) throw new Error(`${bytes} bytes came out`);
	subscription.unsubscribe();
	return (ms * 1e6) / count;
}

function push(segments: Subject<Segment>, load: Load, count: number): number {
	let ms = 0;
	for (let done = 0; done < count; done += BATCH) {
		const batch = load.payloads(BATCH, PAYLOAD);
		const startedAt = performance.now();
		for (const segment of batch) segments.next(segment);
		ms += performance.now() - startedAt;
	}
	return ms;
}
