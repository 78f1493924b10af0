import { Observable, type OperatorFunction } from 'rxjs';
import { assemblerChecks } from '../src/assemblerChecks.js';
import type { Anomaly } from '../src/assembly/anomaly.js';
import { Assembler } from '../src/assembly/assembler.js';
import { Flush } from '../src/assembly/flush.js';
import type { AssemblerOptions } from '../src/assembly/limits.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { checkOptions, having } from '../src/codec.js';
import type { Segment } from '../src/wire/segment.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** What {@link reassemble} can be told. */
export interface ReassembleOptions extends AssemblerOptions {
	/** Is told of every anomaly: a Subject, or anything with `next()`. */
	readonly anomalies?: { next(anomaly: Anomaly): void } | undefined;
}

/**
 * Puts the segments of all connections in order: emits, for each direction, every byte once, and says what is missing.
 *
 * In-order payload passes through without a copy. What comes early is held, within limits, until the hole before it
 * fills, or a `Flush` mark (see `flushOlderThan`) or a limit ends the waiting. When the source completes, everything held
 * is emitted with its skips and every flow is closed; when it errors, the same, and then the error.
 *
 * From gopacket: `tcpassembly.Assembler`. Differences: both directions are seen together (RST, port reuse), empty chunks
 * are not emitted for what brings nothing new, and limits are on by default.
 *
 * @throws TypeError at the call if an option is wrong.
 * @example
 * ```ts
 * segments.pipe(flushOlderThan(120_000), reassemble({ maxHeldBytesPerFlow: 2 ** 20 })).subscribe(chunk => {
 *   console.log(String(chunk.flow), chunk.skip, chunk.bytes, chunk.closed);
 * });
 * ```
 */
export function reassemble(options: ReassembleOptions = {}): OperatorFunction<Segment | Flush, Reassembly> {
	const { anomalies, ...limits } = checkOptions<ReassembleOptions>('reassemble', checks, options);
	return source =>
		new Observable(out => {
			const anomaly = anomalies === undefined ? {} : { anomaly: (found: Anomaly) => anomalies.next(found) };
			const assembler = new Assembler({ chunk: chunk => out.next(chunk), ...anomaly }, limits);
			source.subscribe(
				new OperatorSubscriber<Segment | Flush, Reassembly>(out, {
					next(item) {
						if (item instanceof Flush) assembler.flush(item);
						else assembler.push(item);
					},
					error(error) {
						assembler.end();
						out.error(error);
					},
					complete() {
						assembler.end();
						out.complete();
					},
				}),
			);
		});
}

const checks = { ...assemblerChecks, anomalies: having<{ next(anomaly: Anomaly): void }>('next') };
