import type { Packet } from '../packet.js';

/** One file format: takes what it needs from the cursor it was made with. */
export interface CaptureFormat {
	/** The next packet, or null: not yet, more bytes are needed. Throws `CaptureError`: never. */
	next(): Packet | null;
	/** Offset of the record that began and is not whole yet; undefined if there is none. */
	unfinished(): number | undefined;
}
