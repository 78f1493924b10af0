/** Numbers that look random, and are the same for the same seed (mulberry32). */
export class Random {
	constructor(private state: number) {}

	/** 0 to 2^32 - 1. */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return (t ^ (t >>> 14)) >>> 0;
	}

	/** 0 to 1 (exclusive). */
	fraction(): number {
		return this.next() / 2 ** 32;
	}

	/** 0 to `count - 1`. */
	below(count: number): number {
		return this.next() % count;
	}

	/** True once in `count` times. */
	once(count: number): boolean {
		return this.below(count) === 0;
	}

	pick<T>(values: readonly T[]): T {
		return values[this.below(values.length)] as T;
	}
}
