import { beginning, type Checkpoint } from '../shipping/checkpoint.js';
import type { MergeSettings, SensorMerge } from '../shipping/sensorMerge.js';
import type { SensorState } from '../shipping/sensorQueue.js';
import { ShardReader } from '../shipping/shardReader.js';
import type { ShippedPacket } from '../shipping/shippedPacket.js';
import { type ConnectionWork, type EngineOptions, type Result, ShardEngine } from './shardEngine.js';

/** How a shard is worked. */
export interface ShardWorkSettings {
	readonly shard: number;
	readonly merge: MergeSettings;
	readonly engine: EngineOptions;
	/** How many batches a connection that is still open may make the next worker read again. */
	readonly maxReplayBatches: number;
}

/** What became of a message. */
export interface Taken {
	readonly results: readonly Result[];
	/** Why it is a dead letter; undefined if it is none. */
	readonly dead: string | undefined;
}

/** Where everything stood before a message. */
interface Moment {
	readonly sequence: number;
	readonly newestMs: number;
	/** Undefined if a replay cannot begin there. */
	readonly sensors: readonly SensorState[] | undefined;
}

/**
 * The work on one shard, message by message: results come out, and a checkpoint can be made at any time. What was
 * published before the checkpoint that it began with does not come out again.
 */
export class ShardWork {
	private readonly reader: ShardReader;
	private readonly merge: SensorMerge;
	private readonly engine: ShardEngine;
	private processed: number;
	private readonly start: Checkpoint;
	private moments: Moment[] = [];

	constructor(
		work: ConnectionWork,
		private readonly settings: ShardWorkSettings,
		start: Checkpoint = beginning,
	) {
		this.reader = new ShardReader(settings.shard, settings.merge, start.sensors);
		this.merge = this.reader.merge;
		this.engine = new ShardEngine(work, settings.engine, start);
		this.processed = start.from - 1;
		this.start = start;
	}

	/** Whether it is over, so that {@link ShardWork.finish} is due. */
	get hasEnded(): boolean {
		return this.merge.hasEnded;
	}

	/** Batches that never came, so far as their numbers tell. */
	get missing(): number {
		return this.merge.missing;
	}

	/** Connections whose work failed. */
	get failed(): number {
		return this.engine.failed;
	}

	/** Connections that are open, or remembered. */
	get connections(): number {
		return this.engine.live.count;
	}

	/** Takes a message; their numbers only grow. */
	take(sequence: number, bytes: Uint8Array): Taken {
		const isNew = sequence > this.start.processed;
		const moment = { sequence, newestMs: this.engine.newestMs, sensors: this.merge.states() };
		this.processed = sequence;
		const packets = this.reader.take(sequence, bytes);
		if (typeof packets === 'string') return { results: [], dead: isNew ? packets : undefined };
		this.moments.push(moment);
		const results = this.feed(packets);
		return { results: isNew ? results : [], dead: undefined };
	}

	/** Nothing more comes; answers the last results. */
	finish(): readonly Result[] {
		const results = this.feed(this.merge.rest());
		this.engine.end();
		return [...results, ...this.engine.drain()];
	}

	/**
	 * Where another worker can go on, once all results until now are safe; undefined if that cannot be said yet: while it reads
	 * again what others have read, or batches wait for one before them.
	 */
	checkpoint(fence: number, done = false): Checkpoint | undefined {
		const { engine, processed, start } = this;
		if (processed < start.processed) return undefined;
		const begin = this.beginning(done);
		if (begin?.sensors === undefined) return undefined;
		const { sequence: from, newestMs, sensors } = begin;
		this.moments = this.moments.filter(({ sequence }) => sequence >= from);
		// What the worker before has left out stays out, for who reads the same again.
		const inherited = from <= start.processed ? start.excluded : [];
		const excluded = done ? [] : [...inherited, ...engine.live.excluded(from)];
		return { version: 1, from, processed, done, newestMs: Number.isFinite(newestMs) ? newestMs : null, sensors, excluded, fence };
	}

	/** The latest moment from which all can be read again that is still needed. */
	private beginning(done: boolean): Moment | undefined {
		const { engine, merge, moments } = this;
		engine.live.forgetIdle(engine.newestMs);
		const now: Moment = { sequence: this.processed + 1, newestMs: engine.newestMs, sensors: merge.states() };
		if (done) return now;
		const least = moments.at(-this.settings.maxReplayBatches)?.sequence ?? 0;
		const oldest = Math.min(engine.live.oldest(least), merge.oldestSequence);
		const all = [...moments, now].reverse();
		return all.find(({ sequence, sensors }) => sequence <= oldest && sensors !== undefined);
	}

	private feed(packets: readonly ShippedPacket[]): Result[] {
		for (const packet of packets) this.engine.take(packet, this.merge.placeOf(packet.sensor));
		return this.engine.drain();
	}
}
