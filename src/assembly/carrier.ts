import type { Timestamp } from '../timestamp.js';

/** The packet that something came with. */
export interface Carrier {
	readonly seen: Timestamp;
	/** Number of the packet, from 1; 0 if nobody counted. */
	readonly packet: number;
}
