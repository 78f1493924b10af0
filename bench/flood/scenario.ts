import { Assembler, type AssemblerOptions, Flush } from '../../src/index.js';
import { Attack, type AttackKind } from './attack.js';
import { BlockForge } from './blockForge.js';
import { type Memory, memory, printMemory, settledMemory } from './memory.js';
import { Visits } from './visits.js';

/** The limits that are watched, and other options. */
export interface WatchedOptions extends AssemblerOptions {
	readonly maxFlows: number;
	readonly maxHeldBytes: number;
	readonly maxHeldSegments: number;
}

/** What is run, and how long. */
export interface Scenario {
	readonly kind: AttackKind;
	/** Flows of the flood; real traffic comes among the later ones. */
	readonly flows: number;
	/** Real connections. */
	readonly connections: number;
	readonly options: WatchedOptions;
}

const AT_ONCE = 300;
/** Segments of the flood for each one of real traffic. */
const FLOOD_PER_VISIT = 4;
const SAMPLES = 10;
/** Real traffic begins when every table is as full as it gets. */
const SAMPLES_BEFORE_VISITS = 6;
/** How much more than in its middle the flood may need at its end. */
const GROWTH_MAX = 1.1;
const FLUSH_EVERY_MS = 1000;
const FLUSH_AGE_MS = 120_000;

/** A flood, and real connections while it goes on; prints what it needs, and collects what is wrong. */
export class FloodRun {
	readonly problems: string[] = [];
	private readonly forge = new BlockForge();
	private readonly attack: Attack;
	private readonly visits: Visits;
	private readonly assembler: Assembler;
	private readonly settled: Memory[] = [];
	private readonly peak = { rss: 0, heap: 0, arrayBuffers: 0 };
	private readonly most = { flows: 0, heldBytes: 0, heldSegments: 0 };
	private visiting = true;
	private pushed = 0;
	private flushedAt = 0;

	constructor(private readonly scenario: Scenario) {
		this.attack = new Attack(this.forge, scenario.kind);
		this.visits = new Visits(this.forge, scenario.connections, AT_ONCE);
		this.assembler = new Assembler({ chunk: chunk => this.visits.receive(chunk) }, scenario.options);
	}

	run(): void {
		const { flows, connections } = this.scenario;
		console.log(`  before                    ${printMemory(settledMemory())}`);
		for (let sample = 1; sample <= SAMPLES; sample++) {
			while (this.attack.flows < (flows * sample) / SAMPLES) this.advance(sample > SAMPLES_BEFORE_VISITS);
			this.sample(sample > SAMPLES_BEFORE_VISITS ? `${this.attack.flows} flows, visits` : `${this.attack.flows} flows`);
		}
		while (this.visiting) this.advance(true);
		this.sample(`and ${connections} visits ended`);
		this.judge();
		this.assembler.end();
		this.judgeEnd();
		this.report();
	}

	/** Some of the flood, and then one of real traffic. */
	private advance(visits: boolean): void {
		for (let i = 0; i < FLOOD_PER_VISIT; i++) this.push();
		if (visits && this.visiting) this.visiting = this.visit();
	}

	/** A segment of the flood. */
	private push(): void {
		this.take(this.attack.next());
		if (this.attack.ms - this.flushedAt < FLUSH_EVERY_MS) return;
		this.flushedAt = this.attack.ms;
		this.assembler.flush(new Flush(this.flushedAt, this.flushedAt - FLUSH_AGE_MS, this.flushedAt - FLUSH_AGE_MS));
	}

	/** A segment of real traffic; false if there are no more. */
	private visit(): boolean {
		const segment = this.visits.next(this.attack.time);
		if (segment !== undefined) this.take(segment);
		return segment !== undefined;
	}

	private take(segment: Parameters<Assembler['push']>[0]): void {
		this.assembler.push(segment);
		if (++this.pushed % 1000 === 0) this.watch();
	}

	private watch(): void {
		for (const [name, value] of Object.entries(memory()))
			this.peak[name as keyof Memory] = Math.max(this.peak[name as keyof Memory], value);
		const { counters } = this.assembler;
		for (const name of ['flows', 'heldBytes', 'heldSegments'] as const) this.most[name] = Math.max(this.most[name], counters[name]);
	}

	private sample(what: string): void {
		const now = settledMemory();
		this.settled.push(now);
		const { flows, heldBytes, heldSegments, evicted, skippedByFlowLimit, skippedByTotalLimit } = this.assembler.counters;
		const holds = `${flows} open, ${heldBytes} bytes in ${heldSegments} held`;
		console.log(
			`  ${what.padEnd(25)} ${printMemory(now)}   ${holds}; evicted ${evicted}, skipped ${skippedByFlowLimit + skippedByTotalLimit}`,
		);
	}

	private judge(): void {
		const { maxFlows, maxHeldBytes, maxHeldSegments } = this.scenario.options;
		const { counters } = this.assembler;
		this.demand(this.most.flows <= maxFlows, `${this.most.flows} flows were open, ${maxFlows} allowed`);
		this.demand(this.most.heldBytes <= maxHeldBytes, `${this.most.heldBytes} bytes were held, ${maxHeldBytes} allowed`);
		this.demand(this.most.heldSegments <= maxHeldSegments, `${this.most.heldSegments} segments were held, ${maxHeldSegments} allowed`);
		const { connections } = this.scenario;
		const opened = this.attack.flows + connections;
		this.demand(counters.connections === opened, `${counters.connections} connections were counted, ${opened} came`);
		// Of the flood nothing ends by itself, and all of the real traffic does.
		const gone = opened - counters.evicted - connections;
		this.demand(counters.flows === gone, `${counters.flows} flows are open, ${gone} were neither evicted nor ended`);
		this.demand(opened <= maxFlows || counters.evicted > 0, 'nothing was evicted');
		this.judgeGrowth();
	}

	/** From the middle on every table is as full as it may be, unless the limits are beyond what came. */
	private judgeGrowth(): void {
		const { kind, options } = this.scenario;
		const perFlow = kind === 'syns' ? 1 : 0.7;
		if (options.maxFlows > this.scenario.flows * perFlow * 0.5) return;
		const needs = ({ heap, arrayBuffers }: Memory) => heap + arrayBuffers;
		const [middle, end] = [this.settled[SAMPLES / 2 - 1], this.settled[SAMPLES - 1]].map(memory => needs(memory as Memory)) as [
			number,
			number,
		];
		this.demand(end < middle * GROWTH_MAX + 1, `memory grew from ${Math.round(middle)} to ${Math.round(end)} MiB`);
	}

	private judgeEnd(): void {
		const { flows, heldBytes, heldSegments } = this.assembler.counters;
		this.demand(flows + heldBytes + heldSegments === 0, `at the end ${flows} flows are open, ${heldBytes} bytes in ${heldSegments} held`);
		const broken = this.visits.problems();
		this.demand(broken.length === 0, `${broken.length} real connections are not whole: ${broken.slice(0, 3).join('; ')}`);
	}

	private report(): void {
		const { flows, heldBytes, heldSegments } = this.most;
		console.log(`  peak                      ${printMemory(this.peak)}   ${flows} open, ${heldBytes} bytes in ${heldSegments} held`);
		for (const problem of this.problems) console.log(`  WRONG: ${problem}`);
		if (this.problems.length === 0) console.log(`  well: ${this.scenario.connections} real connections whole, by sha256`);
	}

	private demand(holds: boolean, problem: string): void {
		if (!holds) this.problems.push(problem);
	}
}
