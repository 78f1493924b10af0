import type { Segment } from '../wire/segment.js';
import type { Connection } from './connection.js';
import { ConnectionTable } from './connectionTable.js';
import type { AssemblerCounters } from './counters.js';
import { Endings } from './endings.js';
import type { Flush } from './flush.js';
import { Intake } from './intake.js';
import { type AssemblerOptions, type AssemblerSettings, settingsOf } from './limits.js';
import { Orderly } from './orderly.js';
import { type AssemblerOutput, Outbox } from './outbox.js';
import { WaitingFlows } from './waitingFlows.js';

/** How an assembler works when it only has to tell which connection a segment belongs to. */
export interface AssemblerMode {
	/** Whether held bytes are kept; without them the chunks of what was held have none. Default true. */
	readonly keepsBytes?: boolean;
	/** Whether each direction is a connection of its own. Default false. */
	readonly directed?: boolean;
}

/**
 * The engine: segments of all connections in, ordered chunks out. gopacket's `tcpassembly.Assembler`, with both
 * directions in view, and with limits that are on by default.
 *
 * It knows no clock: time is the greatest packet time so far.
 *
 * @example
 * ```ts
 * const assembler = new Assembler({ chunk: chunk => console.log(String(chunk.flow), chunk.length) });
 * segments.subscribe({ next: segment => assembler.push(segment), complete: () => assembler.end() });
 * ```
 */
export class Assembler {
	private readonly settings: AssemblerSettings;
	private readonly outbox: Outbox;
	private readonly connections: ConnectionTable;
	private readonly waiting: WaitingFlows;
	private readonly endings: Endings;
	private readonly orderly: Orderly;
	private readonly intake: Intake;

	constructor(output: AssemblerOutput, options: AssemblerOptions = {}, { keepsBytes = true, directed = false }: AssemblerMode = {}) {
		this.settings = settingsOf(options);
		this.outbox = new Outbox(output, this.settings, keepsBytes);
		this.connections = new ConnectionTable(this.outbox, directed, connection => this.endings.evict(connection));
		this.waiting = new WaitingFlows(this.outbox, half => this.endings.settle(half));
		this.endings = new Endings(this.connections, this.waiting);
		this.orderly = new Orderly(this.outbox, this.connections);
		this.intake = new Intake(this.outbox, this.connections, this.waiting, this.endings);
	}

	/** What it has counted, and what it holds now. */
	get counters(): AssemblerCounters {
		const { endings, connections, outbox, waiting } = this;
		return {
			connections: connections.opened,
			flows: connections.flows,
			lingering: connections.lingerers,
			heldBytes: outbox.held.bytes,
			heldSegments: outbox.held.segments,
			evicted: endings.evicted,
			evictedHalfOpen: endings.evictedHalfOpen,
			skippedByAge: waiting.skips.age,
			skippedByFlowLimit: waiting.skips.flowLimit,
			skippedByTotalLimit: waiting.skips.totalLimit,
			closed: { ...outbox.closed },
			anomalies: { ...outbox.anomalies },
		};
	}

	/**
	 * Takes the next segment, and hands out what it completes.
	 *
	 * @returns the connection that it belongs to; undefined if that had ended, so that it is only counted.
	 */
	push(segment: Segment): Connection | undefined {
		const { connections, outbox } = this;
		const { ms } = segment.timestamp;
		if (ms > outbox.now) outbox.now = ms;
		const reversed = connections.address(segment);
		const row = connections.findRow();
		// A literal null, since any other comparison looks at the connection: a cache miss for each packet.
		const orderly = row < 0 ? this.orderly.open(segment, reversed) : this.orderly.take(segment, row, reversed);
		if (orderly !== null) return orderly;
		const connection = this.intake.take(segment, row, reversed);
		this.endings.finishOver();
		outbox.handOut();
		return connection;
	}

	/** Stops waiting, and closes what is idle, as the mark says. */
	flush({ now, holesBefore, idleBefore, reason }: Flush): void {
		const { connections, settings, outbox } = this;
		const { midstream } = settings;
		const startBefore = typeof midstream === 'number' ? Math.max(holesBefore, now - midstream) : holesBefore;
		this.waiting.skipOlderThan(holesBefore, startBefore);
		this.endings.finishOver();
		for (let idle = connections.idleBefore(idleBefore); idle !== undefined; idle = connections.idleBefore(idleBefore)) {
			this.endings.close(idle, reason);
		}
		outbox.handOut();
	}

	/** Says that no more segments come: everything held is handed out, with its skips, and everything is closed. */
	end(): void {
		for (const connection of this.connections.all()) this.endings.close(connection, 'eof');
		this.outbox.handOut();
	}
}
