const NEWLINE = 10;
const CR = 13;

/** The first bytes of a direction, as far as they are known. */
export class Beginning {
	constructor(
		readonly bytes: Uint8Array,
		/** No more of them will be looked at: there are as many as may be, or the direction ended, or bytes are missing behind them. */
		readonly isWhole: boolean,
	) {}

	get length(): number {
		return this.bytes.length;
	}

	/** Whether it begins with that text; undefined as long as it may. */
	startsWith(text: string): boolean | undefined {
		const count = Math.min(text.length, this.length);
		for (let i = 0; i < count; i++) if (this.bytes[i] !== text.charCodeAt(i)) return false;
		return count === text.length || this.unless(false);
	}

	/** Whether the bytes from `at` on are what is wanted, each by itself: `null` is any; undefined as long as they may. */
	has(at: number, ...wanted: readonly (number | readonly [min: number, max: number] | null)[]): boolean | undefined {
		for (const [i, want] of wanted.entries()) {
			const byte = this.bytes[at + i];
			if (byte === undefined) return this.unless(false);
			if (want === null) continue;
			const [min, max] = typeof want === 'number' ? [want, want] : want;
			if (byte < min || byte > max) return false;
		}
		return true;
	}

	/** The number of so many bytes at that place, or 0 where they have not come. */
	number(at: number, length: 1 | 2 | 3 | 4): number {
		let value = 0;
		for (let i = at; i < at + length; i++) value = value * 256 + (this.bytes[i] ?? 0);
		return value;
	}

	/** The first line, a character a byte, without its end; undefined as long as that may come, null if it does not. */
	get line(): string | null | undefined {
		const end = this.bytes.indexOf(NEWLINE);
		if (end < 0) return this.isWhole ? null : undefined;
		return this.text(end > 0 && this.bytes[end - 1] === CR ? end - 1 : end);
	}

	/** The first bytes, a character each. */
	text(length: number): string {
		let text = '';
		for (const byte of this.bytes.subarray(0, length)) text += String.fromCharCode(byte);
		return text;
	}

	/** That, if no more comes; undefined as long as more may. */
	unless<T>(verdict: T): T | undefined {
		return this.isWhole ? verdict : undefined;
	}
}

/** The verdict that all must agree to: no if one says no, undefined as long as one may. */
export function all(...verdicts: readonly (boolean | undefined)[]): boolean | undefined {
	if (verdicts.includes(false)) return false;
	return verdicts.includes(undefined) ? undefined : true;
}

/** The verdict that one is enough for. */
export function any(...verdicts: readonly (boolean | undefined)[]): boolean | undefined {
	if (verdicts.includes(true)) return true;
	return verdicts.includes(undefined) ? undefined : false;
}
