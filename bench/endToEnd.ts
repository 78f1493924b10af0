import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Packet } from 'rx-reassembly';
import { writeCapture } from './captureFile.js';
import { httpPackets } from './http.js';
import { packetsOf, type ShapeName, shapes } from './shapes.js';
import { mebibytes, table } from './table.js';

/** What the preloaded `measured` module says of a process. */
interface Measured {
	readonly ms: number;
	readonly gcMs: number;
	readonly collections: number;
	readonly rss: number;
}

interface Run {
	readonly name: string;
	readonly flags: readonly string[];
	packets(count: number): Iterable<Packet>;
}

const driver = fileURLToPath(new URL('./driver.js', import.meta.url));
const measured = new URL('./measured.js', import.meta.url).href;

const runs: readonly Run[] = [
	...(Object.keys(shapes) as ShapeName[]).map(name => ({ name, flags: [], packets: (count: number) => packetsOf(shapes[name], count) })),
	{ name: 'mixed, grouped', flags: ['--group'], packets: count => packetsOf(shapes.mixed, count) },
	{ name: 'http1', flags: ['--http1'], packets: count => httpPackets(count / 2) },
];

/** Runs the driver over a generated capture of each kind, each time in a process of its own; the fastest of `rounds` counts. */
export async function endToEnd(count: number, rounds: number): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'rx-reassembly-bench-'));
	try {
		const startUp = await fastest(writtenTo(join(folder, 'one.pcap'), packetsOf(shapes.bulk, 1)), [], rounds);
		const rows: string[][] = [];
		for (const { name, flags, packets } of runs) {
			const file = writtenTo(join(folder, 'run.pcap'), packets(count));
			rows.push(row(name, count, statSync(file).size, await fastest(file, flags, rounds), startUp));
		}
		return table(['capture', 's', 'net s', 'packets/s', 'MB/s', 'GC ms', 'GCs', 'peak MiB'], rows);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function writtenTo(file: string, packets: Iterable<Packet>): string {
	writeCapture(file, packets);
	return file;
}

async function fastest(file: string, flags: readonly string[], rounds: number): Promise<Measured> {
	const all: Measured[] = [];
	for (let i = 0; i < rounds; i++) all.push(await once(file, flags));
	return all.reduce((best, one) => (one.ms < best.ms ? one : best));
}

function once(file: string, flags: readonly string[]): Promise<Measured> {
	return new Promise((resolve, reject) => {
		const child = fork(driver, [file, ...flags], { execArgv: ['--import', measured], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
		let result: Measured | undefined;
		child.once('message', message => {
			result = message as Measured;
			child.disconnect();
		});
		child.once('error', reject);
		child.once('exit', code => {
			if (code === 0 && result !== undefined) resolve(result);
			else reject(new Error(`the driver ended with ${code} on ${file}`));
		});
	});
}

function row(name: string, packets: number, bytes: number, { ms, gcMs, collections, rss }: Measured, startUp: Measured): string[] {
	const net = (ms - startUp.ms) / 1000;
	const rates = [(packets / net).toFixed(0), (bytes / net / 1e6).toFixed(0)];
	return [name, (ms / 1000).toFixed(2), net.toFixed(2), ...rates, gcMs.toFixed(0), String(collections), mebibytes(rss)];
}
