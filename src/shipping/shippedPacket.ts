import { type CaptureInterface, Packet } from '../packet.js';
import type { Timestamp } from '../timestamp.js';

/** A packet that came in a batch: which sensor captured it, and where in the stream it stands. */
export class ShippedPacket extends Packet {
	constructor(
		block: Uint8Array,
		start: number,
		end: number,
		originalLength: number,
		timestamp: Timestamp,
		number: number,
		source: CaptureInterface,
		/** The name of the sensor. */
		readonly sensor: string,
		/** Which run of the sensor. */
		readonly run: number,
		/** Which batch of that run, in its shard. */
		readonly batch: number,
		/** Number in the stream of the message that brought the batch. */
		readonly sequence: number,
		/** Its place in the batch, from 0. */
		readonly index: number,
	) {
		super(block, start, end, originalLength, timestamp, number, source);
	}
}
