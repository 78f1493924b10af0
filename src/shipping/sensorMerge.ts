import type { PacketBatch } from './packetBatch.js';
import { SensorQueue, type SensorState } from './sensorQueue.js';
import type { ShippedPacket } from './shippedPacket.js';

/** What a {@link SensorMerge} is told. */
export interface MergeSettings {
	/** How many sensors there are: nothing comes out, but by the limits, before all were heard. */
	readonly sensors: number;
	/** A packet waits for another sensor until a packet came that is younger by more than this, in ms of packet time. */
	readonly windowMs: number;
	/** A packet waits for no more batches than this. */
	readonly windowBatches: number;
}

/**
 * Puts the batches of several sensors in one order: by the time of their packets, and by the names of the sensors where that
 * is the same. Each sensor's packets keep their own order. What comes out depends upon the batches alone, never on when they come.
 */
export class SensorMerge {
	/** Batches that never came, so far as numbers tell. */
	missing = 0;
	private readonly queues: SensorQueue[] = [];
	private batches = 0;
	private newestMs = Number.NEGATIVE_INFINITY;

	constructor(
		private readonly settings: MergeSettings,
		states: readonly SensorState[] = [],
	) {
		for (const state of states) this.queues.push(new SensorQueue(state));
		for (const { newestMs } of states) this.newestMs = Math.max(this.newestMs, newestMs);
	}

	/**
	 * Takes a batch; answers the packets whose turn has come, or undefined if that batch came before.
	 */
	take(batch: PacketBatch): ShippedPacket[] | undefined {
		const queue = this.queueOf(batch.sensor);
		this.batches += 1;
		const { missing } = queue;
		if (!queue.take(batch, this.batches)) return undefined;
		this.missing += queue.missing - missing;
		this.newestMs = Math.max(this.newestMs, queue.newestMs);
		return this.due();
	}

	/** Whether as many sensors as there are have said that nothing more comes of them. */
	get hasEnded(): boolean {
		return this.queues.filter(queue => queue.hasEnded).length >= this.settings.sensors && this.queues.every(queue => queue.hasEnded);
	}

	/** All that still waits, when nothing more comes. */
	rest(): ShippedPacket[] {
		const packets: ShippedPacket[] = [];
		for (const queue of this.queues) this.missing += queue.giveUpGaps(this.batches);
		for (let first = this.first(); first !== undefined; first = this.first()) packets.push(first.shift());
		return packets;
	}

	/** What a merge that goes on after the last batch has to know; undefined while batches wait for one before them. */
	states(): readonly SensorState[] | undefined {
		return this.queues.every(queue => queue.isInOrder) ? this.queues.map(queue => queue.state()) : undefined;
	}

	/** Sensors in the order in which they were first heard. */
	placeOf(sensor: string): number {
		return this.queues.findIndex(queue => queue.name === sensor);
	}

	/** The number of the oldest message of which something waits; Infinity if nothing does. */
	get oldestSequence(): number {
		return Math.min(...this.queues.map(queue => queue.oldestSequence));
	}

	private queueOf(sensor: string): SensorQueue {
		const known = this.queues.find(queue => queue.name === sensor);
		if (known !== undefined) return known;
		const queue = new SensorQueue({ name: sensor, run: -1, number: -1, newestMs: Number.NEGATIVE_INFINITY, ended: false });
		this.queues.push(queue);
		return queue;
	}

	private due(): ShippedPacket[] {
		const { windowBatches, windowMs } = this.settings;
		const packets: ShippedPacket[] = [];
		for (let first = this.first(); first !== undefined; first = this.first()) {
			const isOverdue = first.headMs < this.newestMs - windowMs || this.oldestTurn() <= this.batches - windowBatches;
			if (!isOverdue && this.mayBeOvertaken(first)) break;
			packets.push(first.shift());
		}
		return packets;
	}

	/** The queue whose head is the next of all. */
	private first(): SensorQueue | undefined {
		let first: SensorQueue | undefined;
		for (const queue of this.queues) if (!queue.isEmpty && (first === undefined || queue.headIsBefore(first))) first = queue;
		return first;
	}

	/** Whether a sensor of which nothing waits may still send what belongs before a head. */
	private mayBeOvertaken(first: SensorQueue): boolean {
		if (this.queues.length < this.settings.sensors) return true;
		return this.queues.some(other => other !== first && other.isEmpty && other.maySendBefore(first.headMs, first.name));
	}

	private oldestTurn(): number {
		return Math.min(...this.queues.map(queue => queue.oldestTurn));
	}
}
