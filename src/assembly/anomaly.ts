import type { Flow } from '../flow.js';
import type { Timestamp } from '../timestamp.js';
import type { Connection } from './connection.js';

/**
 * What a watcher would want to know:
 * - `overlap-conflict`: two held segments bring different bytes for the same place;
 * - `data-after-fin`: payload behind the FIN of its flow;
 * - `data-after-close`: a packet of a connection that has ended;
 * - `late-data`: payload from before where the flow was picked up, or from a hole that was skipped;
 * - `far-segment`: payload more than `maxGap` beyond what is known;
 * - `fin-out-of-window`: a FIN before what was delivered;
 * - `rst-in-window`, `rst-out-of-window`: a RST that was ignored, since its sequence number was not the next one;
 * - `syn-with-other-isn`: a SYN-ACK that contradicts the first one.
 */
export const anomalyKinds = [
	'overlap-conflict',
	'data-after-fin',
	'data-after-close',
	'late-data',
	'far-segment',
	'fin-out-of-window',
	'rst-in-window',
	'rst-out-of-window',
	'syn-with-other-isn',
] as const;

/** See {@link anomalyKinds}. */
export type AnomalyKind = (typeof anomalyKinds)[number];

/** Something that a well-behaved pair of hosts would not have done, and what it was about. */
export interface Anomaly {
	readonly kind: AnomalyKind;
	readonly flow: Flow;
	readonly connection: Connection;
	/** The first sequence number that it is about, 0 to 2^32 - 1. */
	readonly sequence: number;
	/** How many bytes of the stream it is about; 0 for a control segment. */
	readonly length: number;
	readonly seen: Timestamp;
	/** Number of the packet, from 1; 0 if nobody counted. */
	readonly packet: number;
}
