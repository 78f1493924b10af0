import { Observable, type OperatorFunction } from 'rxjs';
import { assemblerChecks } from '../src/assemblerChecks.js';
import type { Anomaly } from '../src/assembly/anomaly.js';
import { Assembler } from '../src/assembly/assembler.js';
import type { AssemblerCounters } from '../src/assembly/counters.js';
import { Flush } from '../src/assembly/flush.js';
import type { AssemblerOptions } from '../src/assembly/limits.js';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { Tcpassembly, type TcpassemblyOptions } from '../src/assembly/tcpassembly/tcpassembly.js';
import { checkOptions, having, oneOf, wholeNumber } from '../src/codec.js';
import type { Segment } from '../src/wire/segment.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** What {@link reassemble} can be told. */
export interface ReassembleOptions extends AssemblerOptions, TcpassemblyOptions {
	/**
	 * `'tcpassembly'`: gopacket's behaviour to the letter, instead of the default. Then only `maxBufferedPagesPerConnection`
	 * and `maxBufferedPagesTotal` may be given besides, which mean nothing without it.
	 */
	readonly compat?: 'tcpassembly' | undefined;
	/** Is told of every anomaly: a Subject, or anything with `next()`. */
	readonly anomalies?: { next(anomaly: Anomaly): void } | undefined;
	/** Is told what was counted and what is held: behind every `Flush` mark, and at the end. A Subject, or anything with `next()`. */
	readonly counters?: { next(counters: AssemblerCounters): void } | undefined;
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
	const checked = checkOptions<ReassembleOptions>('reassemble', checks, options);
	const makeAssembler = assemblerMaker(checked);
	return source =>
		new Observable(out => {
			const assembler = makeAssembler(chunk => out.next(chunk));
			const tellCounters = () => {
				if (checked.counters !== undefined && assembler instanceof Assembler) checked.counters.next(assembler.counters);
			};
			const end = () => {
				assembler.end();
				tellCounters();
			};
			source.subscribe(
				new OperatorSubscriber<Segment | Flush, Reassembly>(out, {
					next(item) {
						if (!(item instanceof Flush)) {
							assembler.push(item);
							return;
						}
						assembler.flush(item);
						tellCounters();
					},
					error(error) {
						end();
						out.error(error);
					},
					complete() {
						end();
						out.complete();
					},
				}),
			);
		});
}

/** What either behaviour offers. */
interface AnyAssembler {
	push(segment: Segment): unknown;
	flush(mark: Flush): void;
	end(): void;
}

type AssemblerMaker = (output: (chunk: Reassembly) => void) => AnyAssembler;

function assemblerMaker(options: ReassembleOptions): AssemblerMaker {
	const { compat, maxBufferedPagesPerConnection, maxBufferedPagesTotal, anomalies, counters, ...limits } = options;
	const pages = { maxBufferedPagesPerConnection, maxBufferedPagesTotal };
	const misplaced = Object.entries(compat === undefined ? pages : { ...limits, anomalies, counters }).find(
		([, value]) => value !== undefined,
	);
	if (misplaced !== undefined) {
		throw new TypeError(`reassemble: option ${misplaced[0]} ${compat === undefined ? 'needs' : 'does not go with'} compat: 'tcpassembly'`);
	}
	if (compat !== undefined) return output => new Tcpassembly(output, pages);
	const anomaly = anomalies === undefined ? {} : { anomaly: (found: Anomaly) => anomalies.next(found) };
	return chunk => new Assembler({ chunk, ...anomaly }, limits);
}

const checks = {
	...assemblerChecks,
	compat: oneOf('tcpassembly'),
	maxBufferedPagesPerConnection: wholeNumber,
	maxBufferedPagesTotal: wholeNumber,
	anomalies: having<{ next(anomaly: Anomaly): void }>('next'),
	counters: having<{ next(counters: AssemblerCounters): void }>('next'),
};
