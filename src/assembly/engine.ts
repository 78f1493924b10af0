import type { Timestamp } from '../timestamp.js';
import type { AnomalyKind } from './anomaly.js';
import type { HeldTotals } from './heldSegments.js';
import type { AssemblerSettings } from './limits.js';
import type { ChunkOwner, Reassembly } from './reassembly.js';

/** What all flows of one assembler share. */
export interface Engine {
	readonly settings: AssemblerSettings;
	/** What all flows hold together. */
	readonly held: HeldTotals;
	/** The engine's time in ms: the greatest packet time so far. It never goes back. */
	readonly now: number;
	emit(chunk: Reassembly): void;
	/** Counts an anomaly, and tells whoever listens. */
	note(kind: AnomalyKind, owner: ChunkOwner, sequence: number, length: number, seen: Timestamp, packet: number): void;
	/** A copy of bytes that are to outlive the block they came in. */
	copy(block: Uint8Array, from: number, to: number): Uint8Array;
}
