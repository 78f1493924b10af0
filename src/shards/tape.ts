const NUMBERS_MIN = 256;
const BYTES_MIN = 4096;

/** Numbers one behind the other; it grows. */
export class NumberTape {
	length = 0;
	private numbers = new Float64Array(NUMBERS_MIN);

	push(number: number): void {
		if (this.length === this.numbers.length) {
			const grown = new Float64Array(2 * this.length);
			grown.set(this.numbers);
			this.numbers = grown;
		}
		this.numbers[this.length++] = number;
	}

	/** A copy of what stands on it, which is then empty. */
	take(): Float64Array {
		const taken = this.numbers.slice(0, this.length);
		this.length = 0;
		return taken;
	}
}

/** Bytes one behind the other; it grows. */
export class ByteTape {
	length = 0;
	private bytes = new Uint8Array(BYTES_MIN);

	/** Answers where they stand. */
	push(bytes: Uint8Array): number {
		const at = this.length;
		this.length += bytes.length;
		if (this.length > this.bytes.length) {
			const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length));
			grown.set(this.bytes.subarray(0, at));
			this.bytes = grown;
		}
		this.bytes.set(bytes, at);
		return at;
	}

	/** A copy of what stands on it, which is then empty. */
	take(): Uint8Array {
		const taken = this.bytes.slice(0, this.length);
		this.length = 0;
		return taken;
	}
}
