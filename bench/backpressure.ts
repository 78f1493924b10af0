/**
 * A consumer that takes its time, and what it costs in memory: `npm run bench:backpressure`.
 *
 * It reads a capture of 1 GB (made for it, or `--file`), takes 1 ms for each chunk in the first `--slow` seconds, and
 * then as fast as it can to the end; `--no-valve` shows what becomes of it without a valve. `--readable` reads each flow
 * by itself through `toReadable`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Reassembly, Valve } from 'rx-reassembly';
import { fromFile, toReadable } from 'rx-reassembly/node';
import { decodeTcp, flushOlderThan, groupByFlow, reassemble, toAsyncIterable } from 'rx-reassembly/operators';
import type { Observable } from 'rxjs';
import { writeCapture } from './captureFile.js';
import { packetsOf, shapes } from './shapes.js';
import { mebibytes } from './table.js';

const EVERY_MS = 5_000;
const PACKETS = 700_000;

const { values } = parseArgs({
	allowNegative: true,
	options: {
		file: { type: 'string' },
		slow: { type: 'string', default: '60' },
		valve: { type: 'boolean', default: true },
		readable: { type: 'boolean', default: false },
	},
});

/** Takes 1 ms for each piece at first; counts, and says how it goes. */
class Consumer {
	private pieces = 0;
	private bytes = 0;
	private most = 0;
	private readonly first = process.memoryUsage.rss();
	private readonly began = performance.now();
	private reported = this.began;

	constructor(private readonly slowMs: number) {}

	async take(length: number): Promise<void> {
		this.pieces++;
		this.bytes += length;
		const now = performance.now();
		if (now - this.reported >= EVERY_MS) this.report(now);
		if (now - this.began < this.slowMs) await setTimeout(1);
	}

	report(now = performance.now()): void {
		this.reported = now;
		const rss = process.memoryUsage.rss();
		this.most = Math.max(this.most, rss);
		const more = (bytes: number) => mebibytes(bytes - this.first);
		const seconds = ((now - this.began) / 1000).toFixed(0).padStart(4);
		console.log(
			`${seconds} s: ${this.pieces} chunks, ${mebibytes(this.bytes)} MiB read; RSS ${mebibytes(rss)} MiB, ${more(rss)} more than at first, at most ${more(this.most)}`,
		);
	}
}

async function consume(file: string): Promise<void> {
	const consumer = new Consumer(Number(values.slow) * 1000);
	const valve = new Valve();
	const shared = values.valve ? { valve } : { maxBufferedBytes: Number.POSITIVE_INFINITY };
	const chunks = fromFile(file, values.valve ? { valve } : {}).pipe(
		decodeTcp(),
		flushOlderThan(120_000, { clock: 'packet' }),
		reassemble(),
	);
	if (values.readable) await consumeFlows(chunks, consumer, shared);
	else for await (const { length } of toAsyncIterable(chunks, shared)) await consumer.take(length);
	consumer.report();
}

/** All flows at the same time, each at its own pace. */
async function consumeFlows(chunks: Observable<Reassembly>, consumer: Consumer, shared: Parameters<typeof toReadable>[1]): Promise<void> {
	const flows: Promise<void>[] = [];
	const read = async (flow: Observable<Reassembly>) => {
		for await (const piece of toReadable(flow, shared)) await consumer.take(piece.length);
	};
	await new Promise<void>((resolve, reject) => {
		chunks.pipe(groupByFlow()).subscribe({ next: flow => flows.push(read(flow)), error: reject, complete: resolve });
	});
	await Promise.all(flows);
}

if (values.file !== undefined) await consume(values.file);
else {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-bench-'));
	try {
		const file = join(folder, 'bulk.pcap');
		writeCapture(file, packetsOf(shapes.bulk, PACKETS));
		console.log(`${mebibytes(statSync(file).size)} MiB in ${PACKETS} packets`);
		// In a process of its own, so that what it took to make the capture is not in the way.
		const script = fileURLToPath(import.meta.url);
		execFileSync(process.execPath, [script, ...process.argv.slice(2), '--file', file], { stdio: 'inherit' });
	} finally {
		rmSync(folder, { recursive: true });
	}
}
