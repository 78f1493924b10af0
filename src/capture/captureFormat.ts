import type { Packet } from '../packet.js';

/** One file format: takes what it needs from the cursor it was made with. */
export interface CaptureFormat {
	/** The next packet, or null: not yet, more bytes are needed. Throws `CaptureError`: never. */
	next(): Packet | null;
}
