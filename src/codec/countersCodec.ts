import { type AnomalyKind, anomalyKinds } from '../assembly/anomaly.js';
import { type CloseReason, closeReasons } from '../assembly/closeReason.js';
import type { AssemblerCounters } from '../assembly/counters.js';
import { wholeNumber } from '../codec.js';
import type { Codec } from './decode.js';
import { type JsonCodec, object, usually, versioned } from './shape.js';

/** A number for each of these; one that is not there is 0, so that who knows more of them reads what was written by who did not. */
function countsOf<Name extends string>(name: string, names: readonly Name[]): Codec<Readonly<Record<Name, number>>> {
	const counts = Object.fromEntries(names.map(each => [each, usually(0, wholeNumber)]));
	return object(name, counts) as unknown as Codec<Readonly<Record<Name, number>>>;
}

const numbers = {
	connections: wholeNumber,
	flows: wholeNumber,
	lingering: wholeNumber,
	heldBytes: wholeNumber,
	heldSegments: wholeNumber,
	evicted: wholeNumber,
	evictedHalfOpen: wholeNumber,
	skippedByAge: wholeNumber,
	skippedByFlowLimit: wholeNumber,
	skippedByTotalLimit: wholeNumber,
};

/**
 * {@link AssemblerCounters} as JSON.
 *
 * @example
 * ```ts
 * const counters = new Subject();
 * counters.pipe(toNdjson(countersCodec)).subscribe(line => console.log(line));
 * segments.pipe(reassemble({ counters })).subscribe();
 * ```
 */
export const countersCodec: JsonCodec<AssemblerCounters> = versioned(
	object('counters', {
		...numbers,
		closed: countsOf<CloseReason>('counts by reason', closeReasons),
		anomalies: countsOf<AnomalyKind>('counts by kind', anomalyKinds),
	}),
);
