import type { Segment as AnySegment } from '../../src/index.js';
import { Segment, TcpFlag, Timestamp } from '../../src/index.js';
import type { Random } from './random.js';
import { rawSegment } from './segmentsRaw.js';

/** As much as a segment may claim, and more than IP can carry: with what the capture cut off, a TSO segment may say so. */
const PAYLOAD_BYTES_MAX = 70_000;
/** Where payloads begin in the bytes of their direction: so those for the same place agree or not. */
const SHIFTS = 3;
const MAX_GAP = 16 * 2 ** 20;

const ordinaryFlags = [0x10, 0x10, 0x10, 0x18, 0x18, 0x11, 0x19, 0x02, 0x12, 0x02, 0x12, 0x04, 0x14, 0x30, 0x38];

/** One direction between two ends, and where it stands. */
interface Track {
	readonly template: Segment;
	readonly opposite: number;
	position: number;
}

/** What is left out of random traffic. */
export interface TrafficOptions {
	/** Sequence numbers exactly 2^31 away from where a flow stands, and close to that. */
	readonly antipodes: boolean;
}

/**
 * Segments of anything: all flags, sequence numbers next, near, at the wrap, at the limits of a gap, half way round and
 * anywhere, payloads of up to 70,000 bytes, cut or not, between few ends that collide, times that jump back.
 */
export class RandomTraffic {
	private readonly tracks: readonly Track[];
	private ms = 1_000_000;
	private count = 0;

	constructor(
		private readonly random: Random,
		private readonly options: TrafficOptions,
	) {
		this.tracks = tracksOf(random, 1 + random.below(5));
	}

	/** The time that the segments have come to, in ms. */
	get now(): number {
		return this.ms;
	}

	next(): Segment {
		const { random } = this;
		const track = random.pick(this.tracks);
		const flags = random.once(12) ? random.below(256) : random.pick(ordinaryFlags);
		const length = this.length();
		const missing = random.once(12) ? random.pick([1, 40, 1460, MAX_GAP, 2 ** 31 - 1, random.below(70_000)]) : 0;
		const seq = this.sequence(track, (flags & TcpFlag.syn) === 0 ? 0 : 1);
		const ack = this.acknowledgment(this.tracks[track.opposite] as Track);
		if (random.once(2)) track.position = (seq + length + missing + ((flags & (TcpFlag.fin | TcpFlag.syn)) === 0 ? 0 : 1)) | 0;
		this.ms += random.once(50) ? random.below(5000) - 500 : random.below(3);
		return this.segment(track.template, { seq, ack, flags, length, missing });
	}

	private segment(template: Segment, fields: Pick<AnySegment, 'seq' | 'ack' | 'flags' | 'length' | 'missing'>): Segment {
		const { block, version, addressAt, headerAt, payloadAt, vlan, tunnel } = template;
		const { seq, ack, flags, length, missing } = fields;
		// Few bytes differ, so that what overlaps sometimes agrees.
		const at = payloadAt + (this.random.once(4) ? this.random.below(SHIFTS) : 0);
		const time = Timestamp.fromMs(this.ms);
		return new Segment(block, version, addressAt, headerAt, at, length, missing, vlan, seq, ack, flags, time, ++this.count, tunnel);
	}

	private length(): number {
		const { random } = this;
		if (random.once(3)) return 0;
		if (random.once(200)) return random.below(PAYLOAD_BYTES_MAX + 1);
		return random.once(10) ? random.below(1461) : random.below(24);
	}

	private sequence(track: Track, before: number): number {
		const { random } = this;
		const { position } = track;
		if (random.once(2)) return (position - before) | 0;
		if (random.once(2)) return (position + random.below(64) - 32) | 0;
		switch (random.below(16)) {
			case 0:
				return random.next() | 0;
			case 1:
				return (random.below(64) - 32) | 0;
			case 2:
				return (position + random.pick([-1, 1]) * (MAX_GAP + random.below(5) - 2)) | 0;
			case 3:
				return (position + this.halfWay()) | 0;
			case 4:
				return (position + random.pick([1 << 29, -(1 << 29), 1 << 30, -(1 << 30)]) + random.below(3) - 1) | 0;
			default:
				return (position + random.below(6000) - 3000) | 0;
		}
	}

	private halfWay(): number {
		const { random } = this;
		if (!this.options.antipodes) return 2 ** 31 + random.pick([-1, 1]) * (MAX_GAP + random.below(2 ** 20));
		return random.once(2) ? 2 ** 31 : 2 ** 31 + random.below(64) - 32;
	}

	private acknowledgment({ position }: Track): number {
		const { random } = this;
		if (random.once(10)) return random.next() | 0;
		return random.once(3) ? (position + random.below(64) - 32) | 0 : position;
	}
}

/** Both directions of a few connections, of either version of IP, some of them on a VLAN. */
function tracksOf(random: Random, connections: number): Track[] {
	return Array.from({ length: connections }).flatMap((_, i) => {
		const version = random.once(3) ? 6 : 4;
		const vlan = random.once(4) ? random.pick([5, 6]) : 0;
		const [client, server] = [
			{ address: 0x0a000001 + (i >> 1), port: 1024 + (i & 1) },
			{ address: random.pick([0x0a000001, 0xc0000002]), port: 80 },
		];
		const isn = random.once(2) ? -random.below(5000) : random.next() | 0;
		return [
			{ template: templateOf(version, vlan, client, server), opposite: 2 * i + 1, position: isn },
			{ template: templateOf(version, vlan, server, client), opposite: 2 * i, position: random.next() | 0 },
		];
	});
}

type End = { readonly address: number; readonly port: number };

const payload = Uint8Array.from({ length: PAYLOAD_BYTES_MAX + SHIFTS }, (_, i) => (i % 7 < 5 ? 65 : 66));

function templateOf(version: 4 | 6, vlan: number, from: End, to: End): Segment {
	const ends = { source: from.address, destination: to.address, sourcePort: from.port, destinationPort: to.port };
	return rawSegment({ version, ...ends, vlan, payload });
}
