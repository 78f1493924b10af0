/** Numbers and bytes that look random, and are the same for the same seed (xorshift). */
export class Dice {
	constructor(private state: number) {
		this.state |= 1;
	}

	/** 0 to 2^32 - 1. */
	next(): number {
		this.state ^= this.state << 13;
		this.state ^= this.state >>> 17;
		this.state ^= this.state << 5;
		return this.state >>> 0;
	}

	/** 0 to `count - 1`. */
	below(count: number): number {
		return this.next() % count;
	}

	bytes(length: number): Uint8Array {
		return Uint8Array.from({ length }, () => this.next());
	}
}
