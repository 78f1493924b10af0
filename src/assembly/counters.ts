import type { AnomalyKind } from './anomaly.js';
import type { CloseReason } from './closeReason.js';

/** What an assembler has counted, and what it holds. */
export interface AssemblerCounters {
	/** Connections that were opened. */
	readonly connections: number;
	/** Flows (directions) that are open. */
	readonly flows: number;
	/** Connections that have ended, and are remembered for late packets. */
	readonly lingering: number;
	/** Bytes that are held behind holes, and in how many pieces. */
	readonly heldBytes: number;
	readonly heldSegments: number;
	/** Connections that were closed to make room, and how many of them had seen nothing but SYNs. */
	readonly evicted: number;
	readonly evictedHalfOpen: number;
	/** Holes that were skipped: since a flush said so; since one flow, or all together, held too much. */
	readonly skippedByAge: number;
	readonly skippedByFlowLimit: number;
	readonly skippedByTotalLimit: number;
	/** Flows that have ended, by reason. */
	readonly closed: Readonly<Record<CloseReason, number>>;
	readonly anomalies: Readonly<Record<AnomalyKind, number>>;
}
