import { Subject } from 'rxjs';
import { type ReassembleOptions, reassemble } from '../../operators/reassemble.js';
import { type AnomalyKind, Assembler, type AssemblerOptions, Flush, type Reassembly, type Segment } from '../../src/index.js';
import { Random } from './random.js';
import { RandomLaws } from './randomLaws.js';
import { optionSets } from './randomOptions.js';
import { RandomTraffic, type TrafficOptions } from './randomTraffic.js';
import { ChunkLaws } from './segmentsLaws.js';

/** What is driven by random segments. */
interface Driven {
	push(segment: Segment): void;
	flush(mark: Flush): void;
	end(): void;
}

/** One run: which options, which numbers, how many segments. */
export interface RandomCase extends TrafficOptions {
	/** A name of {@link optionSets}. */
	readonly set: string;
	readonly seed: number;
	readonly segments: number;
}

/**
 * Pushes random segments and marks into an engine, and holds all to the laws.
 *
 * @param onStep is called before each segment.
 * @throws Error that says what broke, and at which segment.
 */
export function runRandom({ set, seed, segments, antipodes }: RandomCase, onStep: () => void = () => {}): void {
	const random = new Random(seed);
	const traffic = new RandomTraffic(random, { antipodes });
	const driven = drivenBy(optionSets[set] as ReassembleOptions);
	let step = 0;
	try {
		for (; step < segments; step++) {
			onStep();
			driven.push(traffic.next());
			if (random.once(40)) driven.flush(markAt(traffic.now, random));
			if (random.once(5000)) driven.end();
		}
		driven.end();
	} catch (error) {
		throw new Error(`${set}, seed ${seed}, segment ${step + 1}: ${error instanceof Error ? error.message : error}`, { cause: error });
	}
}

function markAt(now: number, random: Random): Flush {
	if (random.once(30)) return Flush.everything(random.pick(['idle', 'eof', 'evicted']));
	const age = () => (random.once(10) ? Number.NEGATIVE_INFINITY : now - random.below(200));
	return new Flush(now, age(), age());
}

function drivenBy(options: ReassembleOptions): Driven {
	return options.compat === undefined ? new DrivenAssembler(options) : new DrivenOperator(options);
}

/** The default behaviour, with its counters in view. */
class DrivenAssembler implements Driven {
	private readonly laws = new RandomLaws();
	private readonly chunkLaws = new ChunkLaws();
	private readonly assembler: Assembler;
	private readonly told = new Map<AnomalyKind, number>();
	private packets = 0;

	constructor(private readonly options: AssemblerOptions) {
		const output = {
			chunk: (chunk: Reassembly) => {
				this.laws.see(chunk);
				this.chunkLaws.see(chunk);
			},
			anomaly: ({ kind }: { kind: AnomalyKind }) => void this.told.set(kind, (this.told.get(kind) ?? 0) + 1),
		};
		this.assembler = new Assembler(output, options);
	}

	push(segment: Segment): void {
		this.packets++;
		const connection = this.assembler.push(segment);
		if (connection !== undefined) this.laws.pushed(connection, segment);
		this.checkLimits();
	}

	flush(mark: Flush): void {
		this.assembler.flush(mark);
		this.checkLimits();
	}

	end(): void {
		this.assembler.end();
		this.laws.end();
		this.chunkLaws.end();
		this.checkPackets();
		const { flows, heldBytes, heldSegments, anomalies } = this.assembler.counters;
		if (flows !== 0 || heldBytes !== 0 || heldSegments !== 0) {
			throw new Error(`after the end ${flows} flows are open, ${heldBytes} bytes in ${heldSegments} segments held`);
		}
		for (const [kind, count] of Object.entries(anomalies)) {
			const told = this.told.get(kind as AnomalyKind) ?? 0;
			if (told !== count) throw new Error(`${count} times ${kind} was counted, ${told} times told`);
		}
	}

	/** Each counts once. */
	private checkPackets(): void {
		const { packets } = this.laws;
		if (packets !== this.packets) throw new Error(`${this.packets} packets were pushed, ${packets} were counted`);
	}

	private checkLimits(): void {
		const { flows, heldBytes, heldSegments } = this.assembler.counters;
		const { maxHeldBytes = Infinity, maxHeldSegments = Infinity, maxFlows = Infinity } = this.options;
		// One connection, that of the segment at hand, is always allowed.
		const isBounded = heldBytes <= maxHeldBytes && heldSegments <= maxHeldSegments && flows <= Math.max(2, maxFlows);
		const isSane = flows >= 0 && heldSegments >= 0 && heldBytes >= heldSegments;
		if (!isBounded || !isSane) throw new Error(`${flows} flows are open, ${heldBytes} bytes in ${heldSegments} segments held`);
	}
}

/** Any behaviour, as an operator: its end is final, so after one it begins anew. */
class DrivenOperator implements Driven {
	private items = new Subject<Segment | Flush>();
	private laws = new RandomLaws();
	/** What a subscriber throws, RxJS reports elsewhere, and later. */
	private failure: unknown;

	constructor(private readonly options: ReassembleOptions) {
		this.begin();
	}

	push(segment: Segment): void {
		this.items.next(segment);
		this.rethrow();
	}

	flush(mark: Flush): void {
		this.items.next(mark);
		this.rethrow();
	}

	end(): void {
		this.items.complete();
		this.rethrow();
		this.laws.end();
		this.begin();
	}

	private begin(): void {
		this.items = new Subject();
		this.laws = new RandomLaws();
		this.items.pipe(reassemble(this.options)).subscribe({ next: chunk => this.see(chunk), error: error => this.fail(error) });
	}

	private see(chunk: Reassembly): void {
		try {
			this.laws.see(chunk);
		} catch (error) {
			this.fail(error);
		}
	}

	private fail(error: unknown): void {
		this.failure ??= error;
	}

	private rethrow(): void {
		if (this.failure !== undefined) throw this.failure;
	}
}
