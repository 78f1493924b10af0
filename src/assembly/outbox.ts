import type { Timestamp } from '../timestamp.js';
import { type Anomaly, type AnomalyKind, anomalyKinds } from './anomaly.js';
import { ChunkQueue } from './chunkQueue.js';
import { type CloseReason, closeReasons } from './closeReason.js';
import type { Engine, Suspect } from './engine.js';
import type { AssemblerSettings } from './limits.js';
import { Reassembly } from './reassembly.js';
import { unsigned } from './sequence.js';

/** What an `Assembler` hands out. */
export interface AssemblerOutput {
	chunk(chunk: Reassembly): void;
	anomaly?(anomaly: Anomaly): void;
}

/** What all flows share, and the line in which chunks and anomalies wait to be handed out. */
export class Outbox implements Engine {
	readonly held = { bytes: 0, segments: 0 };
	now = Number.NEGATIVE_INFINITY;
	readonly closed = Object.fromEntries(closeReasons.map(reason => [reason, 0])) as Record<CloseReason, number>;
	readonly anomalies = Object.fromEntries(anomalyKinds.map(kind => [kind, 0])) as Record<AnomalyKind, number>;
	private readonly queue: ChunkQueue<Reassembly | Anomaly>;

	constructor(
		private readonly output: AssemblerOutput,
		readonly settings: AssemblerSettings,
		readonly keepsBytes: boolean,
	) {
		this.queue = new ChunkQueue(item => {
			if (item instanceof Reassembly) output.chunk(item);
			else output.anomaly?.(item);
		});
	}

	emit(chunk: Reassembly): void {
		this.queue.push(chunk);
	}

	note(kind: AnomalyKind, suspect: Suspect, sequence: number, length: number, seen: Timestamp, packet: number): void {
		this.anomalies[kind]++;
		if (this.output.anomaly === undefined) return;
		const { flow, connection } = suspect;
		this.queue.push({ kind, flow, connection, sequence: unsigned(sequence), length, seen, packet });
	}

	/** Hands a chunk out at once, unless others wait before it. */
	emitNow(chunk: Reassembly): void {
		const { queue } = this;
		if (!queue.begin()) {
			queue.push(chunk);
			queue.handOut();
			return;
		}
		try {
			this.output.chunk(chunk);
		} finally {
			queue.finish();
		}
	}

	/** Hands out what waits. */
	handOut(): void {
		this.queue.handOut();
	}
}
