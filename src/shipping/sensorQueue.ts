import type { PacketBatch } from './packetBatch.js';
import type { ShippedPacket } from './shippedPacket.js';

/** Where a sensor stands in its shard. */
export interface SensorState {
	readonly name: string;
	readonly run: number;
	/** Its last batch. */
	readonly number: number;
	/** The time of its youngest packet, in ms. */
	readonly newestMs: number;
	readonly ended: boolean;
}

/** Batches of a sensor that wait for one before them, at the most: a publisher has fewer in flight. */
const EARLY_MAX = 256;

interface Waiting {
	readonly packet: ShippedPacket;
	/** The time of the youngest packet of its sensor until it: a packet is never put before one of its own sensor. */
	readonly ms: number;
	/** How many batches the shard had until its own came. */
	readonly turn: number;
}

/** The packets of one sensor that wait for their turn, in the order of its batches. */
export class SensorQueue {
	missing = 0;
	newestMs: number;
	readonly name: string;
	private run: number;
	private number: number;
	private ended: boolean;
	private waiting: Waiting[] = [];
	private head = 0;
	/** Batches that came before one that has a lower number, which a publisher sends again. */
	private early: PacketBatch[] = [];

	constructor({ name, run, number, newestMs, ended }: SensorState) {
		this.name = name;
		this.run = run;
		this.number = number;
		this.newestMs = newestMs;
		this.ended = ended;
	}

	/** False for a batch that came before. */
	take(batch: PacketBatch, turn: number): boolean {
		const isOld = batch.run < this.run || (batch.run === this.run && batch.number <= this.number);
		if (isOld || this.early.some(({ run, number }) => run === batch.run && number === batch.number)) return false;
		if (batch.run > this.run) {
			const isHeardFirst = this.run < 0;
			this.missing += this.giveUpGaps(turn);
			this.run = batch.run;
			this.number = isHeardFirst && batch.number >= EARLY_MAX ? batch.number - 1 : -1;
			this.ended = false;
		}
		this.early.push(batch);
		this.early.sort((a, b) => a.number - b.number);
		if (this.early.length > EARLY_MAX) this.number = this.skipTo(this.early[0] as PacketBatch);
		this.catchUp(turn);
		return true;
	}

	/** Takes what waits for batches that do not come any more; answers how many those are. */
	giveUpGaps(turn: number): number {
		const before = this.missing;
		while (this.early.length > 0) {
			this.number = this.skipTo(this.early[0] as PacketBatch);
			this.catchUp(turn);
		}
		const given = this.missing - before;
		this.missing = before;
		return given;
	}

	get isInOrder(): boolean {
		return this.early.length === 0;
	}

	get hasEnded(): boolean {
		return this.ended && this.isInOrder;
	}

	get isEmpty(): boolean {
		return this.head === this.waiting.length;
	}

	get headMs(): number {
		return this.waiting[this.head]?.ms ?? Number.POSITIVE_INFINITY;
	}

	get oldestTurn(): number {
		return this.waiting[this.head]?.turn ?? Number.POSITIVE_INFINITY;
	}

	get oldestSequence(): number {
		// A batch that was sent again has a greater number than those behind it.
		const sequences = [...this.early.map(({ sequence }) => sequence), Number.POSITIVE_INFINITY];
		for (let i = this.head; i < this.waiting.length; i++) sequences.push((this.waiting[i] as Waiting).packet.sequence);
		return sequences.reduce((least, sequence) => Math.min(least, sequence));
	}

	headIsBefore(other: SensorQueue): boolean {
		return this.headMs < other.headMs || (this.headMs === other.headMs && this.name < other.name);
	}

	/** Whether it may still send a packet that belongs before one of that time and sensor. */
	maySendBefore(ms: number, name: string): boolean {
		return !this.ended && (this.newestMs < ms || (this.newestMs === ms && this.name < name));
	}

	/** Takes the head out. */
	shift(): ShippedPacket {
		const { packet } = this.waiting[this.head] as Waiting;
		this.head += 1;
		if (this.isEmpty) {
			this.waiting = [];
			this.head = 0;
		} else if (this.head > 4096 && 2 * this.head > this.waiting.length) {
			this.waiting = this.waiting.slice(this.head);
			this.head = 0;
		}
		return packet;
	}

	state(): SensorState {
		const { name, run, number, newestMs, ended } = this;
		return { name, run, number, newestMs, ended };
	}

	private catchUp(turn: number): void {
		while (this.early[0]?.number === this.number + 1) {
			const { packets, number, ends } = this.early.shift() as PacketBatch;
			this.number = number;
			this.ended = ends;
			for (const packet of packets) {
				this.newestMs = Math.max(this.newestMs, packet.timestamp.ms);
				this.waiting.push({ packet, ms: this.newestMs, turn });
			}
		}
	}

	/** Counts what is missing before a batch; answers the number before its own. */
	private skipTo({ number }: PacketBatch): number {
		this.missing += number - this.number - 1;
		return number - 1;
	}
}
