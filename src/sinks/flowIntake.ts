import { Subscriber } from 'rxjs';
import type { Reassembly } from '../assembly/reassembly.js';
import type { Flow } from '../flow.js';

/** Who takes what comes of a flow. */
export interface FlowTaker {
	takeChunk(chunk: Reassembly): void;
	finish(): void;
	fail(error: unknown): void;
}

/** Subscribes a taker to one flow. What it throws is its own failure, and no other flow's. */
export class FlowIntake extends Subscriber<Reassembly> {
	private flow: Flow | undefined = undefined;

	constructor(private readonly taker: FlowTaker) {
		super();
	}

	protected override _next(chunk: Reassembly): void {
		try {
			this.flow ??= chunk.flow;
			if (chunk.flow !== this.flow) throw new TypeError(`toReadable: takes one flow, but got ${this.flow} and ${chunk.flow}`);
			this.taker.takeChunk(chunk);
		} catch (error) {
			this._error(error);
		}
	}

	protected override _error(error: unknown): void {
		this.unsubscribe();
		this.taker.fail(error);
	}

	protected override _complete(): void {
		this.unsubscribe();
		this.taker.finish();
	}
}
