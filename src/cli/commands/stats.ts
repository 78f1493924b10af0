import { lastValueFrom, tap } from 'rxjs';
import { RejectCounter } from '../../../operators/decodeTcp.js';
import type { AssemblerCounters } from '../../assembly/counters.js';
import { DecodeCounters } from '../../wire/decodeCounters.js';
import type { SummaryLine } from '../connectionSummary.js';
import { chunksOf, type InputOptions } from '../input.js';
import { Ledger } from '../ledger.js';
import type { Output } from '../output.js';
import { TopTalkers } from '../topTalkers.js';

/** The flags of `stats`. */
export interface StatsOptions extends InputOptions {
	readonly json?: boolean;
	readonly top: number;
}

/** Prints what was counted on the way from packets to connections. */
export async function stats(file: string | undefined, options: StatsOptions, output: Output): Promise<void> {
	const [rejected, decoding] = [new RejectCounter(), new DecodeCounters()];
	const [ledger, totals] = [new Ledger(undefined, 0), new Totals(options.top)];
	let counted: AssemblerCounters | undefined;
	const counters = {
		next(newest: AssemblerCounters) {
			counted = newest;
		},
	};
	const chunks = await chunksOf(file, options, { rejected, counters: decoding, assembly: { counters } });
	const add = (lines: Iterable<SummaryLine>) => {
		for (const line of lines) totals.add(line);
	};
	let isWhole = false;
	try {
		await lastValueFrom(
			chunks.pipe(
				tap(chunk => {
					ledger.add(chunk);
					if (chunk.last) add(ledger.settled());
				}),
			),
			{ defaultValue: undefined },
		);
		isWhole = true;
	} finally {
		add(ledger.rest());
		const hasRead = isWhole || totals.connections > 0 || Object.keys(rejected.counts).length > 0;
		const report = { ...totals.report(), rejected: rejected.counts, decoding: { ...decoding }, ...assemblyOf(counted) };
		// Where nothing could be read there is nothing but the error.
		if (hasRead && options.json) output.json(report);
		else if (hasRead) printText(report, output);
	}
}

/** Sums over all connections. */
class Totals {
	connections = 0;
	private packets = 0;
	private bytes = 0;
	private missing = 0;
	private readonly talkers: TopTalkers;

	constructor(top: number) {
		this.talkers = new TopTalkers(top);
	}

	add(line: SummaryLine): void {
		const { packets, bytes, skipped } = line;
		this.connections++;
		this.packets += packets.client + packets.server;
		this.bytes += bytes.client + bytes.server;
		this.missing += skipped.client + skipped.server;
		this.talkers.add(line);
	}

	report() {
		const { connections, packets, bytes, missing, talkers } = this;
		return { connections, packets, bytes, missing, top: talkers.lines() };
	}
}

function assemblyOf(counters: AssemblerCounters | undefined) {
	if (counters === undefined) return {};
	const { evicted, evictedHalfOpen, skippedByAge, skippedByFlowLimit, skippedByTotalLimit, closed, anomalies } = counters;
	return { closed, anomalies, limits: { evicted, evictedHalfOpen, skippedByAge, skippedByFlowLimit, skippedByTotalLimit } };
}

type Report = ReturnType<Totals['report']> & Readonly<Record<string, unknown>>;

function printText({ connections, packets, bytes, missing, top, ...groups }: Report, output: Output): void {
	output.line(`connections ${connections}, packets ${packets}, bytes ${bytes}, missing ${missing}`);
	for (const [name, group] of Object.entries(groups)) {
		const counts = Object.entries(group as Record<string, number>).filter(([, count]) => count > 0);
		if (counts.length > 0) output.line(`${`${name}:`.padEnd(12)}${counts.map(([what, count]) => `${what} ${count}`).join(', ')}`);
	}
	if (top.length > 0) output.line('');
	for (const { client, server, bytes: said } of top) {
		output.line(`${String(said.client + said.server).padStart(14)} bytes  ${client} → ${server}  ${said.client} / ${said.server}`);
	}
}
