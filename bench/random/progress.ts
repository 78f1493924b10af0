const PLACE = 0;
const STEP = 1;
const THOUSANDS = 2;
const REST = 3;
const STOPPED = 4;

/** How far a worker has come, for who watches it from outside: even where it never returns. */
export class Progress {
	private readonly cells: Int32Array;

	constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(20)) {
		this.cells = new Int32Array(shared);
	}

	/** The number of the case at hand, from 0. */
	get place(): number {
		return Atomics.load(this.cells, PLACE);
	}

	/** Its segment at hand, from 1. */
	get step(): number {
		return Atomics.load(this.cells, STEP);
	}

	/** Segments in all. */
	get segments(): number {
		return Atomics.load(this.cells, THOUSANDS) * 1000 + Atomics.load(this.cells, REST);
	}

	/** Whether the worker is to end. */
	get isStopped(): boolean {
		return Atomics.load(this.cells, STOPPED) !== 0;
	}

	stop(): void {
		Atomics.store(this.cells, STOPPED, 1);
	}

	begin(place: number): void {
		Atomics.store(this.cells, PLACE, place);
		Atomics.store(this.cells, STEP, 0);
	}

	advance(): void {
		Atomics.add(this.cells, STEP, 1);
		if (Atomics.add(this.cells, REST, 1) < 999) return;
		Atomics.store(this.cells, REST, 0);
		Atomics.add(this.cells, THOUSANDS, 1);
	}
}
