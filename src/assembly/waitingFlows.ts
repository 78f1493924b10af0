import { AgeHeap } from './ageHeap.js';
import { HalfFlag } from './connectionWords.js';
import type { Disorder } from './disorder.js';
import type { Engine } from './engine.js';
import { HalfConnection } from './halfConnection.js';
import { skipHole } from './skipping.js';
import type { TrackedConnection } from './trackedConnection.js';

type Waiting = Disorder<TrackedConnection>;

/** Why holes were skipped, and how often. */
export interface SkipCounts {
	/** Waited for longer than a flush allows. */
	age: number;
	/** The flow held more than one flow may. */
	flowLimit: number;
	/** All flows together held more than they may. */
	totalLimit: number;
}

/** The flows that wait for something: listed by age, and kept within the limits. */
export class WaitingFlows {
	readonly skips: SkipCounts = { age: 0, flowLimit: 0, totalLimit: 0 };
	private readonly holes = new AgeHeap<Waiting>(waiting => waiting.waitingSince);
	private readonly unstarted = new AgeHeap<Waiting>(waiting => waiting.waitingSince);

	constructor(
		private readonly engine: Engine,
		/** Is told of a flow that has changed here. */
		private readonly settle: (half: HalfConnection) => void,
	) {}

	/** Lists a flow if it waits, and no longer if it does not. */
	list(half: HalfConnection): void {
		const { disorder } = half;
		if (disorder === undefined) return;
		const heap = half.isWaiting ? (half.has(HalfFlag.started) ? this.holes : this.unstarted) : undefined;
		if (disorder.heap !== heap) disorder.heap?.remove(disorder);
		disorder.heap = heap;
		heap?.update(disorder);
		half.calmDown();
	}

	/** Skips the holes that were waited for since before `limit`, in ms; other ones where no start was seen. */
	skipOlderThan(limit: number, unstartedLimit: number): void {
		this.skipIn(this.unstarted, unstartedLimit);
		this.skipIn(this.holes, limit);
	}

	/** Skips holes until a flow, and all together, hold no more than they may. */
	keepWithinLimits(half: HalfConnection): void {
		const { settings, held } = this.engine;
		while (half.heldBytes > settings.maxHeldBytesPerFlow || half.heldSegments > settings.maxHeldSegmentsPerFlow) {
			this.skips.flowLimit++;
			skipHole(half);
		}
		if (held.bytes <= settings.maxHeldBytes && held.segments <= settings.maxHeldSegments) return;
		this.list(half);
		while (held.bytes > settings.maxHeldBytes || held.segments > settings.maxHeldSegments) {
			const longest = this.longest();
			if (longest === undefined) return;
			this.skips.totalLimit++;
			this.skip(longest);
		}
	}

	private skipIn(heap: AgeHeap<Waiting>, limit: number): void {
		for (let waiting = heap.olderThan(limit); waiting !== undefined; waiting = heap.olderThan(limit)) {
			this.skips.age++;
			this.skip(waiting);
		}
	}

	private skip({ connection, reversed }: Waiting): void {
		const half = new HalfConnection(connection, reversed);
		skipHole(half);
		this.settle(half);
	}

	private longest(): Waiting | undefined {
		const hole = this.holes.oldest();
		const start = this.unstarted.oldest();
		if (hole === undefined || start === undefined) return hole ?? start;
		return start.waitingSince < hole.waitingSince ? start : hole;
	}
}
