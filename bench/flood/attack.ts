import { type Segment, TcpFlag, Timestamp } from '../../src/index.js';
import type { BlockForge } from './blockForge.js';

/** What a flood is made of: one SYN a flow, or a SYN and one segment behind a hole that never fills. */
export type AttackKind = 'syns' | 'holes';

/** So that real traffic is told from it. */
const ATTACKED_PORT = 9;
const SERVER = 0xc0a80001;
const HOLE_BYTES = 100;
/** As many as a fast link brings: the flood of 5,000,000 takes 50 s of packet time. */
const SEGMENTS_PER_MS = 100;

/** Segments of as many flows as are asked for; no two have the same ends. */
export class Attack {
	/** Flows so far. */
	flows = 0;
	private behindSyn = false;
	private sent = 0;
	private timestamp = Timestamp.fromMs(0);
	private readonly bytes = Uint8Array.from({ length: 1400 }, (_, i) => i);

	constructor(
		private readonly forge: BlockForge,
		private readonly kind: AttackKind,
	) {}

	/** The time that the flood has come to, in ms. */
	get ms(): number {
		return Math.floor(this.sent / SEGMENTS_PER_MS);
	}

	get time(): Timestamp {
		return this.timestamp;
	}

	next(): Segment {
		if (this.sent++ % SEGMENTS_PER_MS === 0) this.timestamp = Timestamp.fromMs(this.ms);
		if (this.behindSyn) return this.held();
		this.flows++;
		this.behindSyn = this.kind === 'holes';
		return this.segment(0, TcpFlag.syn, 0);
	}

	private held(): Segment {
		this.behindSyn = false;
		return this.segment(1 + HOLE_BYTES, TcpFlag.ack | TcpFlag.psh, 1 + (this.flows % this.bytes.length));
	}

	private segment(offset: number, flags: number, length: number): Segment {
		const { flows } = this;
		const isn = Math.imul(flows, 0x9e3779b1);
		const ends = {
			source: 0x0a000000 + (flows >>> 2),
			destination: SERVER,
			sourcePort: 1024 + (flows & 3),
			destinationPort: ATTACKED_PORT,
		};
		const payload = this.bytes.subarray(0, length);
		return this.forge.segment({ ...ends, seq: isn + offset, ack: 0, flags, payload, timestamp: this.timestamp });
	}
}
