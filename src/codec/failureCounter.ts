/** What {@link FailureCounter} counts: a `DecodeFailure`, an `NdjsonFailure`. */
interface Failure {
	readonly reasons: readonly string[];
}

/** Reasons that are told apart: what comes from outside must not make us remember any number. */
const REASONS_MAX = 100;

/**
 * Counts what `decodeWith` and `fromNdjson` leave out, as their `failed`: how many values, and how many by the first reason.
 *
 * At most 100 reasons are told apart; all others count as `'other'`.
 *
 * @example
 * ```ts
 * const failed = new FailureCounter();
 * of('{"seq":1}\n{}\n', '{"seq":"x"}\n', 'no')
 * 	.pipe(fromNdjson(flowCodec, { failures: 'drop', failed }))
 * 	.subscribe({ complete: () => console.log(failed.total, failed.reasons) });
 * ```
 */
export class FailureCounter {
	/** How many values were refused. */
	total = 0;
	private readonly counts = new Map<string, number>();

	/** How many, by the first thing that was wrong: `port: expected number, got "x"`. */
	get reasons(): ReadonlyMap<string, number> {
		return this.counts;
	}

	next({ reasons: [first = 'other'] }: Failure): void {
		this.total++;
		const reason = this.counts.has(first) || this.counts.size < REASONS_MAX ? first : 'other';
		this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
	}
}
