import { Observable, type OperatorFunction } from 'rxjs';
import { type Codec, isCodec } from '../src/codec/decode.js';
import { NdjsonError, type NdjsonFailure, NdjsonReader } from '../src/codec/ndjsonReader.js';
import { checkArgument, checkOptions, having, limit, oneOf, predicate } from '../src/codec.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** What {@link fromNdjson} can be told. */
export interface FromNdjsonOptions {
	/** Bytes of a line. A longer one is never kept, and fails. Default 16 MiB. */
	readonly maxLineBytes?: number | undefined;
	/** What a line that cannot be read becomes: `'error'`, an `NdjsonError` of the stream; `'drop'`, nothing, but `failed` is told. Default `'error'`. */
	readonly failures?: 'error' | 'drop' | undefined;
	/** Is told of every line that cannot be read: a `FailureCounter`, a Subject, anything with `next()`. */
	readonly failed?: { next(failure: NdjsonFailure): void } | undefined;
}

/** A codec, or what makes one for each subscription, since it remembers something. */
export type CodecOrMaker<A> = Codec<A> | (() => Codec<A>);

/**
 * Reads JSON, a value a line, and puts each through a codec: one of `rx-reassembly/ndjson`, or an io-ts codec of yours.
 * It takes texts or bytes (UTF-8), cut anywhere.
 *
 * Empty lines are passed over; the last line needs no end. What cannot be read is an error that says the number of the
 * line, and what is wrong with it where. If the source errors, the line that was begun is lost.
 *
 * @throws TypeError at the call if `codec` is none or an option is wrong.
 * @example
 * ```ts
 * import * as t from 'io-ts';
 *
 * of('{"port":80}\n{"po', 'rt":443}').pipe(fromNdjson(t.type({ port: t.number }))).subscribe(({ port }) => console.log(port));
 * ```
 */
export function fromNdjson<A>(codec: CodecOrMaker<A>, options: FromNdjsonOptions = {}): OperatorFunction<string | Uint8Array, A> {
	checkArgument('fromNdjson', 'codec', codecOrMaker, codec);
	const { maxLineBytes = 2 ** 24, failures, failed } = checkOptions<FromNdjsonOptions>('fromNdjson', checks, options);
	return pieces =>
		new Observable(out => {
			const failure = (found: NdjsonFailure) => {
				failed?.next(found);
				if (failures !== 'drop') out.error(new NdjsonError(found));
			};
			const output = { value: (value: A) => out.next(value), failure };
			const reader = new NdjsonReader(codecOf(codec), output, maxLineBytes);
			pieces.subscribe(
				new OperatorSubscriber<string | Uint8Array, A>(out, {
					next: piece => reader.push(piece),
					complete() {
						reader.end();
						out.complete();
					},
				}),
			);
		});
}

/** The codec itself, or one that is made now. */
export function codecOf<A>(codec: CodecOrMaker<A>): Codec<A> {
	return typeof codec === 'function' ? codec() : codec;
}

export const codecOrMaker = predicate(
	'an io-ts codec, or a function that makes one',
	(value): value is CodecOrMaker<unknown> => typeof value === 'function' || isCodec(value),
);

const checks = {
	maxLineBytes: limit,
	failures: oneOf('error', 'drop'),
	failed: having<{ next(failure: NdjsonFailure): void }>('next'),
};
