import type { Connection } from '../assembly/connection.js';
import type { Reassembly } from '../assembly/reassembly.js';
import { ConnectionSummary, type HashMaker, type SummaryLine } from './connectionSummary.js';

/** Ended connections that wait for their last packets at the most. */
const ENDED_MAX = 65_536;

/**
 * Keeps the summary of each connection, and gives the lines of those that have ended: a little later than they did, since
 * the last ACK, and what was repeated, still count.
 */
export class Ledger {
	private readonly open = new Map<Connection, ConnectionSummary>();
	private readonly ended: { readonly summary: ConnectionSummary; readonly endedMs: number }[] = [];
	private newestMs = Number.NEGATIVE_INFINITY;

	constructor(
		/** Undefined for no digests. */
		private readonly makeHash: HashMaker | undefined,
		/** How long to wait for the last packets of a connection, in ms of packet time. */
		private readonly waitMs: number,
	) {}

	add(chunk: Reassembly): void {
		const { connection } = chunk;
		let summary = this.open.get(connection);
		if (summary === undefined) {
			summary = new ConnectionSummary(connection, this.makeHash);
			this.open.set(connection, summary);
		}
		summary.add(chunk);
		this.newestMs = Math.max(this.newestMs, chunk.seen.ms);
		if (!chunk.last) return;
		this.open.delete(connection);
		this.ended.push({ summary, endedMs: this.newestMs });
	}

	/** The lines of those that ended long enough before `nowMs`; without it, before the newest chunk. */
	*settled(nowMs = this.newestMs): Generator<SummaryLine> {
		const isReady = (index: number) => (this.ended[index]?.endedMs ?? Number.POSITIVE_INFINITY) < nowMs - this.waitMs;
		let count = 0;
		while (isReady(count) || this.ended.length - count > ENDED_MAX) count++;
		for (const { summary } of this.ended.splice(0, count)) yield summary.line();
	}

	/** The lines of all the others. */
	*rest(): Generator<SummaryLine> {
		for (const { summary } of this.ended.splice(0)) yield summary.line();
		for (const summary of this.open.values()) yield summary.line();
		this.open.clear();
	}
}
