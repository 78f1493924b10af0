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
		/** Number in the stream of the message that brought it. */
		readonly sequence: number,
		/** Its place in that message, from 0. */
		readonly index: number,
	) {
		super(block, start, end, originalLength, timestamp, number, source);
	}
}
