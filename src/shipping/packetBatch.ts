import type { ShippedPacket } from './shippedPacket.js';

/** Whose a batch is. */
export interface BatchHeader {
	/** The name of the sensor, 1 to 255 bytes of UTF-8. */
	readonly sensor: string;
	/** Which run of that sensor: its batches are numbered anew in each. A later run has a greater number. */
	readonly run: number;
	/** Place among the batches of that run in that shard, from 0. */
	readonly number: number;
	readonly shard: number;
	/** How many shards there are. */
	readonly shards: number;
	/** Whether it is the last one of that run in that shard. */
	readonly ends: boolean;
}

/** A batch as it was read. */
export interface PacketBatch extends BatchHeader {
	/** Number in the stream of the message that it came in. */
	readonly sequence: number;
	readonly packets: readonly ShippedPacket[];
}

/** Why something is no batch. */
export class BatchFault {
	constructor(
		readonly reason: 'not-a-batch' | 'other-version' | 'truncated' | 'malformed',
		/** What was found, and what was expected. */
		readonly message: string,
	) {}
}
