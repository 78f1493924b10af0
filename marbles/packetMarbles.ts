import { map, Observable } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Reassembly } from '../src/assembly/reassembly.js';
import { parseChunkLine, printChunk, printChunkLine } from './chunkLine.js';
import { type Legend, readLegend, requireLetters } from './legend.js';
import { Lettered } from './letters.js';
import { assertSameMarbles } from './mismatch.js';
import { type PacketSource, packetSource } from './packetSource.js';
import { PlainText } from './printValue.js';

/** What else an expectation can say. */
export interface ExpectChunksOptions {
	/** When to subscribe and to unsubscribe, as in `'^---!'`. Default: at 0, and not. */
	readonly subscription?: string | undefined;
	/** What `#` stands for. Default `'error'`. */
	readonly error?: unknown;
}

/** What a packet marble test works with: RxJS's run helpers, and the packet language. */
export interface PacketMarbleHelpers extends RunHelpers {
	/** For operators that take a scheduler. */
	readonly scheduler: TestScheduler;
	/**
	 * A cold source of real frames: the marbles say when, a legend of packet lines says what. Packets are numbered from 1
	 * by their place in the marbles; their timestamp is the virtual time, from 1970, unless the line has its own.
	 *
	 * @param error what `#` stands for. Default `'error'`.
	 * @throws TypeError if a line cannot be read or a letter has none.
	 */
	packets(marbles: string, legend: Legend, error?: unknown): PacketSource;
	/** The same, hot: `^` is where the test begins. */
	hotPackets(marbles: string, legend: Legend, error?: unknown): PacketSource;
	/** Expects chunks: the marbles say when, a legend of chunk lines says what. */
	expectChunks(chunks: Observable<Reassembly>, marbles: string, legend?: Legend, options?: ExpectChunksOptions): void;
}

/**
 * Runs a marble test of packets in virtual time (RxJS's `TestScheduler.run`).
 *
 * @returns what `test` returned.
 * @throws Error that shows expected and actual as diagrams, if they are not the same.
 * @throws TypeError if a marble, a legend or a line cannot be read.
 * @example
 * ```ts
 * packetMarbles(({ packets, expectChunks }) => {
 * 	const source = packets('  S-b-a---|', {
 * 		S: 'C> S 0:0(0)',
 * 		a: 'C> . 1:4(3) "ABC"',
 * 		b: 'C> . 4:7(3) "DEF"',
 * 	});
 * 	expectChunks(source.pipe(decodeTcp(), reassemble()), 's---(ab)(e|)', {
 * 		s: 'C> start',
 * 		a: 'C> "ABC"',
 * 		b: 'C> "DEF"',
 * 		e: 'C> eof',
 * 	});
 * });
 * ```
 */
export function packetMarbles<Result>(test: (helpers: PacketMarbleHelpers) => Result): Result {
	const scheduler = new TestScheduler(assertSameMarbles);
	return scheduler.run(helpers => {
		const result = test(packetHelpers(scheduler, helpers));
		if (result instanceof Promise) {
			throw new TypeError(
				'packetMarbles: expected a synchronous function, found one that returns a promise: virtual time stands still while it waits',
			);
		}
		return result;
	});
}

function packetHelpers(scheduler: TestScheduler, helpers: RunHelpers): PacketMarbleHelpers {
	const expectObservable = withLetters(helpers.expectObservable);
	return {
		...helpers,
		scheduler,
		expectObservable,
		packets: (marbles, legend, error) => packetSource('packets', helpers.cold(marbles, undefined, error), marbles, legend, scheduler),
		hotPackets: (marbles, legend, error) => packetSource('hotPackets', helpers.hot(marbles, undefined, error), marbles, legend, scheduler),
		expectChunks: (chunks, marbles, legend = {}, { subscription, error } = {}) => {
			const lines = readLegend('expectChunks', legend, line => new PlainText(printChunkLine(parseChunkLine(line))));
			requireLetters('expectChunks', marbles, lines);
			const printed = chunks.pipe(map(chunk => new PlainText(printChunk(chunk))));
			expectObservable(printed, subscription).toBe(marbles, Object.fromEntries(lines), error);
		},
	};
}

/** Lets expected values keep their letters, so that a diagram of them can show the ones that the test gave them. */
function withLetters(expectObservable: RunHelpers['expectObservable']): RunHelpers['expectObservable'] {
	return (observable, subscription = null) => {
		const expectation = expectObservable(observable, subscription);
		return {
			...expectation,
			toBe: (marbles, values, error) => {
				const legend = typeof values === 'object' ? materialized(values) : undefined;
				const meaning = (letter: string) => (legend === undefined ? letter : legend[letter]);
				const lettered = [...marbles].map(letter => [letter, new Lettered(letter, meaning(letter), legend ?? {})]);
				expectation.toBe(marbles, Object.fromEntries(lettered), error);
			},
		};
	};
}

/** A cold observable among expected values stands for its notifications, as it does in RxJS. */
function materialized(values: Legend<unknown>): Legend<unknown> {
	const meaning = (value: unknown) => (value instanceof Observable && 'messages' in value ? value.messages : value);
	return Object.fromEntries(Object.entries(values).map(([letter, value]) => [letter, meaning(value)]));
}
