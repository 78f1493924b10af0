import { CaptureReader } from '../../../src/capture/captureReader.js';
import { CaptureError } from '../../../src/errors.js';
import type { Packet } from '../../../src/packet.js';

/** What came of a capture. */
export interface Outcome {
	readonly packets: readonly Packet[];
	/** What it ended with; undefined if it was read to its end. */
	readonly error: CaptureError | undefined;
}

/** Reads a capture that comes in these blocks. */
export function readAll(...blocks: readonly Uint8Array[]): Outcome {
	const reader = new CaptureReader();
	const packets: Packet[] = [];
	try {
		for (const block of blocks) {
			reader.feed(block);
			for (let packet = reader.next(); packet !== null; packet = reader.next()) packets.push(packet);
		}
		reader.end();
		return { packets, error: undefined };
	} catch (error) {
		if (!(error instanceof CaptureError)) throw error;
		return { packets, error };
	}
}

/** What a test looks at in a packet. */
export function told(packet: Packet): object {
	const { bytes, timestamp, originalLength, number, linkType } = packet;
	return { bytes: Array.from(bytes), time: String(timestamp), originalLength, number, linkType };
}
