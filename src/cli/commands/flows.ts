import { interval, lastValueFrom, tap } from 'rxjs';
import type { Reassembly } from '../../assembly/reassembly.js';
import type { HashMaker, SummaryLine } from '../connectionSummary.js';
import { connLogHeader, connLogLine } from '../connLog.js';
import { chunksOf, type InputOptions } from '../input.js';
import { Ledger } from '../ledger.js';
import type { Output } from '../output.js';
import { SortedLines, type SortOptions } from '../sortedLines.js';
import { type Column, tableHeader, tableRow } from '../table.js';

/** The flags of `flows`. */
export interface FlowsOptions extends InputOptions, SortOptions {
	readonly format: 'table' | 'json' | 'conn-log';
	readonly digest?: 'sha256';
}

/** As long as the engine itself remembers connections that have ended. */
const FILE_WAIT_MS = 60_000;
/** On a wire people want to see it soon. */
const LIVE_WAIT_MS = 1000;

/** Prints a line for every connection. */
export async function flows(file: string | undefined, options: FlowsOptions, output: Output): Promise<void> {
	const isLive = options.interface !== undefined;
	const makeHash = options.digest === undefined ? undefined : await hashMaker(options.digest);
	const ledger = new Ledger(makeHash, isLive ? LIVE_WAIT_MS : FILE_WAIT_MS);
	const printer = printers[options.format](output);
	const sorted = options.sort === undefined ? undefined : new SortedLines(options);
	const print: Printer = sorted === undefined ? printer : lines => sorted.add(lines);
	const ticks = isLive ? interval(LIVE_WAIT_MS).subscribe(() => print(ledger.settled(Date.now()))) : undefined;
	const onChunk = (chunk: Reassembly) => {
		ledger.add(chunk);
		if (chunk.last) print(ledger.settled());
	};
	try {
		const chunks = await chunksOf(file, options);
		await lastValueFrom(chunks.pipe(tap(onChunk)), { defaultValue: undefined });
	} finally {
		ticks?.unsubscribe();
		print(ledger.rest());
		if (sorted !== undefined) printer(sorted.all());
	}
}

/** node:crypto is slow to load, so it is loaded only for digests. */
async function hashMaker(digest: 'sha256'): Promise<HashMaker> {
	const { createHash } = await import('node:crypto');
	return () => createHash(digest);
}

type Printer = (lines: Iterable<SummaryLine>) => void;

const printers: Readonly<Record<FlowsOptions['format'], (output: Output) => Printer>> = {
	table: printTable,
	json: printJson,
	'conn-log': printConnLog,
};

/** Zeek's way: what the fields are stands before them. */
function printConnLog(output: Output): Printer {
	for (const line of connLogHeader) output.line(line);
	return lines => {
		for (const line of lines) output.line(connLogLine(line));
	};
}

function printJson(output: Output): Printer {
	return lines => {
		for (const line of lines) output.json(line);
	};
}

/** The titles come with the first line: where nothing could be read there is nothing but the error. */
function printTable(output: Output): Printer {
	let isFirst = true;
	return lines => {
		for (const line of lines) {
			if (isFirst) output.line(tableHeader(columns));
			isFirst = false;
			output.line(textOf(line));
		}
	};
}

const columns: readonly Column[] = [
	{ title: 'START', width: 27 },
	{ title: 'CLIENT', width: 21 },
	{ title: 'SERVER', width: 21 },
	{ title: 'SECONDS', width: 10, right: true },
	{ title: 'PACKETS', width: 15, right: true },
	{ title: 'BYTES', width: 19, right: true },
	{ title: 'MISSING', width: 13, right: true },
	{ title: 'CLOSED', width: 7 },
];

function textOf({ start, end, client, server, packets, bytes, skipped, closed }: SummaryLine): string {
	const seconds = ((Date.parse(end) - Date.parse(start)) / 1000).toFixed(3);
	const sides = ({ client: a, server: b }: SummaryLine['bytes']) => `${a} / ${b}`;
	return tableRow(columns, [start, client, server, seconds, sides(packets), sides(bytes), sides(skipped), closed]);
}
