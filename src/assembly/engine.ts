import type { Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { AnomalyKind } from './anomaly.js';
import type { CloseReason } from './closeReason.js';
import type { Connection } from './connection.js';
import type { HeldTotals } from './heldSegments.js';
import type { AssemblerSettings } from './limits.js';
import type { Reassembly } from './reassembly.js';

/** Whom an anomaly is about. */
export interface Suspect {
	readonly flow: Flow;
	readonly connection: Connection;
}

/** What all flows of one assembler share. */
export interface Engine {
	readonly settings: AssemblerSettings;
	/** What all flows hold together. */
	readonly held: HeldTotals;
	/** The engine's time in ms: the greatest packet time so far. It never goes back. */
	readonly now: number;
	/** Flows that have ended, by reason. */
	readonly closed: Record<CloseReason, number>;
	emit(chunk: Reassembly): void;
	/** Counts an anomaly, and tells whoever listens. */
	note(kind: AnomalyKind, suspect: Suspect, sequence: number, length: number, seen: Timestamp, packet: number): void;
	/** Whether bytes are kept. */
	readonly keepsBytes: boolean;
}
