/**
 * Finds a delimiter in bytes that come in pieces, in one pass: what was seen of a delimiter at the end of a piece is
 * remembered as a number (Knuth, Morris and Pratt), so nothing is looked at twice.
 */
export class DelimiterSearch {
	/** For each number of bytes that fit: how many still fit if the next one does not. */
	private readonly fallback: Uint16Array;
	/** Bytes of the delimiter that fit the end of what was seen. */
	private fitting = 0;

	constructor(private readonly delimiter: Uint8Array) {
		this.fallback = fallbackOf(delimiter);
	}

	/** Where in `bytes` the next delimiter ends, looked for from `from` on; -1: not here. */
	endIn(bytes: Uint8Array, from: number): number {
		const { delimiter } = this;
		for (let i = from; i < bytes.length; i++) {
			if (this.fitting === 0) {
				i = bytes.indexOf(delimiter[0] as number, i);
				if (i < 0) return -1;
			}
			if (this.fits(bytes[i] as number)) return i + 1;
		}
		return -1;
	}

	/** Forgets what it has seen: something is missing. */
	restart(): void {
		this.fitting = 0;
	}

	private fits(byte: number): boolean {
		const { delimiter, fallback } = this;
		let { fitting } = this;
		while (fitting > 0 && delimiter[fitting] !== byte) fitting = fallback[fitting] as number;
		if (delimiter[fitting] === byte) fitting++;
		const found = fitting === delimiter.length;
		this.fitting = found ? 0 : fitting;
		return found;
	}
}

/** At `n`: the length of the longest beginning of the first `n` bytes, but all of them, that is also their end. */
function fallbackOf(delimiter: Uint8Array): Uint16Array {
	const fallback = new Uint16Array(delimiter.length + 1);
	for (let i = 1, fitting = 0; i < delimiter.length; i++) {
		while (fitting > 0 && delimiter[i] !== delimiter[fitting]) fitting = fallback[fitting] as number;
		if (delimiter[i] === delimiter[fitting]) fitting++;
		fallback[i + 1] = fitting;
	}
	return fallback;
}
