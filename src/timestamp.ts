/**
 * A moment in time, as exact as the capture that told it (nanoseconds at most).
 *
 * A number of milliseconds cannot hold nanoseconds since 1970, and a bigint is slow, so it is two integers, with
 * the number of digits that the capture really had, so that it can be printed as it was written.
 *
 * @example
 * ```ts
 * Timestamp.fromMs(1_700_000_000_010).toString(); // '2023-11-14T22:13:20.010Z'
 * ```
 */
export class Timestamp {
	constructor(
		/** Whole seconds since 1970-01-01T00:00:00Z. */
		readonly seconds: number,
		/** The rest, 0 to 999,999,999 nanoseconds. */
		readonly nanoseconds: number,
		/** Digits after the seconds that the source really knows: 3, 6 or 9. Default 6. */
		readonly digits: number = 6,
	) {}

	/** The moment `ms` milliseconds after 1970 (fractions allowed). */
	static fromMs(ms: number, digits = 3): Timestamp {
		const seconds = Math.floor(ms / 1000);
		const nanoseconds = Math.round((ms - seconds * 1000) * 1e6);
		return nanoseconds < 1e9 ? new Timestamp(seconds, nanoseconds, digits) : new Timestamp(seconds + 1, nanoseconds - 1e9, digits);
	}

	/** For sorting: negative if `a` is the earlier one. */
	static compare(a: Timestamp, b: Timestamp): number {
		return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
	}

	/** Milliseconds since 1970; a float, right to about a quarter of a microsecond. */
	get ms(): number {
		return this.seconds * 1000 + this.nanoseconds / 1e6;
	}

	/** RFC 3339 in UTC, with the digits of the source. */
	toString(): string {
		const whole = new Date(this.seconds * 1000).toISOString().slice(0, -'.000Z'.length);
		const fraction = String(this.nanoseconds).padStart(9, '0').slice(0, this.digits);
		return this.digits > 0 ? `${whole}.${fraction}Z` : `${whole}Z`;
	}

	toJSON(): string {
		return this.toString();
	}
}
