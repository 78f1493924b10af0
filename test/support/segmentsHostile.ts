import { Assembler, type AssemblerMode } from '../../src/assembly/assembler.js';
import { Flush } from '../../src/assembly/flush.js';
import type { AssemblerOptions } from '../../src/assembly/limits.js';
import { overlapPolicies } from '../../src/assembly/overlap.js';
import type { Reassembly } from '../../src/assembly/reassembly.js';
import type { Segment } from '../../src/wire/segment.js';
import { Random } from './random.js';
import { ChunkLaws } from './segmentsLaws.js';
import { rawSegment } from './segmentsRaw.js';

/** Flags as they are mostly, and as they never are. */
const flagSets = [0x10, 0x10, 0x10, 0x10, 0x18, 0x18, 0x18, 0x11, 0x11, 0x02, 0x12, 0x02, 0x12, 0x04, 0x14, 0, 0x03, 0x07, 0x3f, 0x29];

/**
 * Segments that make sense only now and then: a few connections of IPv4 and IPv6, some with themselves, sequence numbers near
 * where each direction was, anywhere, or at the wrap, cut tails, times that jump back.
 */
export class HostileTraffic {
	private readonly positions = new Map<string, number>();
	private ms = 0;
	private count = 0;

	constructor(
		private readonly random: Random,
		private readonly hosts: number,
		private readonly spread: number,
	) {}

	next(): Segment {
		const { random } = this;
		const version = random.once(4) ? 6 : 4;
		const [source, destination] = [random.below(this.hosts), random.below(this.hosts)];
		const [from, to] = random.once(2) ? [80, 1024 + random.below(2)] : [1024 + random.below(2), 80];
		const flags = random.once(20) ? random.below(256) : random.pick(flagSets);
		const length = random.once(2) ? 0 : random.below(random.once(20) ? 1400 : 24);
		const seq = this.sequence(`${version} ${source} ${destination} ${from} ${to}`, length);
		const ack = this.sequence(`${version} ${destination} ${source} ${to} ${from}`, 0);
		this.ms += random.once(50) ? random.below(5000) - 500 : random.below(3);
		const missing = random.once(12) ? random.below(random.once(10) ? 2 ** 31 : 40) : 0;
		const ends = { source: addressOf(source), destination: addressOf(destination), sourcePort: from, destinationPort: to };
		const payload = payloadOf(length, random);
		const vlan = random.once(30) ? 5 : 0;
		this.count++;
		return rawSegment({ version, ...ends, seq, ack, flags, payload, missing, vlan, ms: this.ms, packet: this.count });
	}

	/** Near where the flow was, mostly; sometimes it goes on from there. */
	private sequence(key: string, length: number): number {
		const { random, spread } = this;
		let position = this.positions.get(key) ?? (random.once(2) ? -random.below(64) : random.next() | 0);
		if (random.once(60)) position = random.next() | 0;
		if (random.once(200)) position += random.pick([1 << 24, -(1 << 24), 1 << 28, 1 << 30, -(2 ** 31)]);
		if (random.once(150)) return (position - 2 ** 31) | 0;
		const sequence = random.once(3) ? (position + random.below(spread) - (spread >> 1)) | 0 : position | 0;
		this.positions.set(key, random.once(2) ? (position + length) | 0 : position | 0);
		return sequence;
	}
}

/** As 32-bit words, the odd ones are negative. */
const addressOf = (host: number) => (host % 2 === 0 ? 0x0a000000 : 0xc0000000) + host;

/** Bytes that count up, or are all the same, so that overlapping segments agree or not. */
function payloadOf(length: number, random: Random): Uint8Array {
	const writer = random.below(3);
	return Uint8Array.from({ length }, (_, i) => (writer === 0 ? i : writer));
}

/** Limits that are reached all the time, or some of them not at all. */
function hostileOptions(random: Random): AssemblerOptions {
	const some = (...values: readonly number[]) => (random.once(3) ? undefined : random.pick(values));
	return {
		maxHeldBytesPerFlow: some(1, 40, 500),
		maxHeldSegmentsPerFlow: some(1, 3, 20),
		maxHeldBytes: some(1, 100, 2000),
		maxHeldSegments: some(1, 5, 50),
		maxFlows: some(1, 2, 5, 20),
		maxGap: some(1, 30, 3000, Number.POSITIVE_INFINITY),
		maxLingering: some(0, 1, 5, Number.POSITIVE_INFINITY),
		lingerMs: some(0, 10, 1000, Number.POSITIVE_INFINITY),
		overlap: random.pick(overlapPolicies),
		midstream: random.pick(['wait', 'pickup', 0, 20]),
		rst: random.pick(['strict', 'window']),
		urgent: random.pick(['inline', 'drop']),
		separateVlans: random.once(2),
	};
}

/** An assembler under hostile traffic, and all that must hold of it whatever comes. */
export class HostileRun {
	private readonly random: Random;
	private readonly traffic: HostileTraffic;
	private readonly laws = new ChunkLaws();
	private readonly options: AssemblerOptions;
	private readonly assembler: Assembler;
	/** One that keeps no bytes, and must say the same but for them. */
	private readonly shadow: Assembler;
	private readonly expected: Reassembly[] = [];
	private pushed = 0;

	constructor(seed: number) {
		this.random = new Random(seed);
		const { random } = this;
		this.traffic = new HostileTraffic(random, 1 + random.below(6), random.pick([16, 200, 100_000]));
		this.options = hostileOptions(random);
		const mode: AssemblerMode = { directed: random.once(6) };
		const chunk = (given: Reassembly) => {
			this.laws.see(given);
			this.expected.push(given);
		};
		this.assembler = new Assembler({ chunk, anomaly: () => {} }, this.options, mode);
		this.shadow = new Assembler({ chunk: given => this.compare(given) }, this.options, { ...mode, keepsBytes: false });
	}

	run(count: number): void {
		for (this.pushed = 0; this.pushed < count; this.pushed++) {
			const segment = this.traffic.next();
			this.assembler.push(segment);
			this.shadow.push(segment);
			this.check();
			if (this.random.once(40)) this.flush(segment.timestamp.ms);
		}
		this.assembler.end();
		this.shadow.end();
		this.laws.end();
		this.check();
		const { flows, heldBytes, heldSegments } = this.assembler.counters;
		if (flows + heldBytes + heldSegments !== 0) throw new Error(`after the end, ${flows} flows are open and ${heldBytes} bytes held`);
	}

	private flush(now: number): void {
		const { random } = this;
		const age = () => (random.once(10) ? Number.NEGATIVE_INFINITY : now - random.below(200));
		const mark = random.once(30) ? Flush.everything('idle') : new Flush(now, age(), age());
		this.assembler.flush(mark);
		this.shadow.flush(mark);
		this.check();
	}

	private check(): void {
		const { flows, heldBytes, heldSegments } = this.assembler.counters;
		const { maxHeldBytes = Infinity, maxHeldSegments = Infinity, maxFlows = Infinity } = this.options;
		// One connection is always allowed: that of the segment at hand.
		const isBounded = heldBytes <= maxHeldBytes && heldSegments <= maxHeldSegments && flows <= Math.max(maxFlows, 2);
		if (!isBounded) throw new Error(`segment ${this.pushed}: ${heldBytes} bytes in ${heldSegments} pieces held, ${flows} flows open`);
		if (heldBytes < heldSegments || flows < 0) throw new Error(`segment ${this.pushed}: counters are wrong`);
		if (this.expected.length > 0) throw new Error(`segment ${this.pushed}: without bytes, ${this.expected.length} chunks are missing`);
	}

	private compare(given: Reassembly): void {
		const expected = this.expected.shift();
		const words = [expected, given].map(chunk => chunk && summary(chunk));
		if (words[0] !== words[1]) throw new Error(`segment ${this.pushed}: without bytes, a chunk is ${words[1]} instead of ${words[0]}`);
	}
}

function summary({ connection, direction, skip, start, length, end, closed, last, packet }: Reassembly): string {
	return `${connection.id} ${direction} k${skip} ${start} ${length} ${end} ${closed} ${last} #${packet}`;
}
