import type { Timestamp } from '../timestamp.js';
import { type Anomaly, type AnomalyKind, anomalyKinds } from './anomaly.js';
import type { Engine } from './engine.js';
import type { AssemblerSettings } from './limits.js';
import type { ChunkOwner, Reassembly } from './reassembly.js';
import { unsigned } from './sequence.js';

/** What an `Assembler` hands out. */
export interface AssemblerOutput {
	chunk(chunk: Reassembly): void;
	anomaly?(anomaly: Anomaly): void;
}

const noBytes = new Uint8Array(0);

/**
 * Where chunks wait until the segment that brought them is dealt with. So the state is whole when anyone sees a chunk,
 * and whoever pushes the next segment from there finds its chunks in line behind the others.
 */
export class Outbox implements Engine {
	readonly held = { bytes: 0, segments: 0 };
	now = Number.NEGATIVE_INFINITY;
	readonly anomalies = Object.fromEntries(anomalyKinds.map(kind => [kind, 0])) as Record<AnomalyKind, number>;
	private readonly chunks: Reassembly[] = [];
	private handingOut = false;

	constructor(
		private readonly output: AssemblerOutput,
		readonly settings: AssemblerSettings,
		private readonly keepsBytes: boolean,
	) {}

	emit(chunk: Reassembly): void {
		this.chunks.push(chunk);
	}

	note(kind: AnomalyKind, owner: ChunkOwner, sequence: number, length: number, seen: Timestamp, packet: number): void {
		this.anomalies[kind]++;
		if (this.output.anomaly === undefined) return;
		const { flow, connection } = owner;
		this.output.anomaly({ kind, flow, connection, sequence: unsigned(sequence), length, seen, packet });
	}

	copy(block: Uint8Array, from: number, to: number): Uint8Array {
		return this.keepsBytes ? block.slice(from, to) : noBytes;
	}

	/** Hands out what waits. */
	handOut(): void {
		if (this.handingOut || this.chunks.length === 0) return;
		this.handingOut = true;
		try {
			for (let i = 0; i < this.chunks.length; i++) this.output.chunk(this.chunks[i] as Reassembly);
		} finally {
			this.chunks.length = 0;
			this.handingOut = false;
		}
	}
}
