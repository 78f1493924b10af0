import { BatchFault } from './packetBatch.js';
import { readPacketBatch } from './readPacketBatch.js';
import { type MergeSettings, SensorMerge } from './sensorMerge.js';
import type { SensorState } from './sensorQueue.js';
import type { ShippedPacket } from './shippedPacket.js';

/** Reads the messages of one shard, and puts the packets of its sensors in order. */
export class ShardReader {
	readonly merge: SensorMerge;

	constructor(
		private readonly shard: number,
		settings: MergeSettings,
		states: readonly SensorState[] = [],
	) {
		this.merge = new SensorMerge(settings, states);
	}

	/** Answers the packets whose turn has come; or why the message is a dead letter. */
	take(sequence: number, bytes: Uint8Array): readonly ShippedPacket[] | string {
		const batch = readPacketBatch(bytes, sequence);
		if (batch instanceof BatchFault) return `${batch.reason}: ${batch.message}`;
		if (batch.shard !== this.shard) return `malformed: it is of shard ${batch.shard}, and came in ${this.shard}`;
		return this.merge.take(batch) ?? `duplicate: batch ${batch.number} of run ${batch.run} of ${batch.sensor} came before`;
	}
}
