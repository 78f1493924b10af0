/** Packets in a loop, without an end to the connections' number: memory must stay flat, and the speed as it was. */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Packet } from 'rx-reassembly';
import { decodeTcp, flushOlderThan, groupByConnection, mergeFlows, reassemble } from 'rx-reassembly/operators';
import { Subject } from 'rxjs';
import { packetsOf, type ShapeName, shapes } from './shapes.js';
import { mebibytes } from './table.js';

const EVERY_MS = 10_000;
const TURN = 10_000;

const { values } = parseArgs({
	options: { packets: { type: 'string', default: '100000000' }, shape: { type: 'string', default: 'lossy' } },
});
const shape = shapes[values.shape as ShapeName];
if (shape === undefined) throw new TypeError(`--shape is one of ${Object.keys(shapes).join(', ')}`);

const packets = new Subject<Packet>();
let connections = 0;
packets
	.pipe(
		decodeTcp(),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble(),
		groupByConnection(),
		mergeFlows(connection => connection),
	)
	.subscribe(chunk => {
		if (chunk.last) connections++;
	});

let done = 0;
let reported = { at: performance.now(), done: 0 };
for (const packet of packetsOf(shape, Number(values.packets))) {
	packets.next(packet);
	if (++done % TURN !== 0) continue;
	await setImmediate();
	if (performance.now() - reported.at >= EVERY_MS) report();
}
report();
packets.complete();

function report(): void {
	const now = performance.now();
	const rate = ((done - reported.done) / (now - reported.at)) * 1000;
	console.log(`${done} packets, ${connections} connections, ${rate.toFixed(0)} packets/s, RSS ${mebibytes(process.memoryUsage.rss())} MiB`);
	reported = { at: now, done };
}
