import { Observable, type OperatorFunction } from 'rxjs';
import { type Codec, type Decoded, DecodeError, type DecodeFailure, decode, isCodec } from '../src/codec/decode.js';
import { type Check, checkArgument, checkOptions, having, oneOf, predicate } from '../src/codec.js';
import { OperatorSubscriber } from './operatorSubscriber.js';

/** What {@link decodeWith} can be told. */
export interface DecodeWithOptions {
	/**
	 * What a value that the codec refuses becomes: `'error'`, a {@link DecodeError} of the stream; `'drop'`, nothing, but
	 * `failed` is told; `'value'`: then every value comes as an `Either`. Default `'error'`.
	 */
	readonly failures?: 'error' | 'drop' | 'value' | undefined;
	/** Is told of every value that was refused: a `FailureCounter`, a Subject, anything with `next()`. */
	readonly failed?: { next(failure: DecodeFailure): void } | undefined;
}

/**
 * Makes typed messages of frames, or of anything, with an io-ts codec of yours: it gets each value as it is.
 *
 * What the codec refuses is an error that says what was expected where, and what came; or it is left out and told to
 * `failed`; or, with `failures: 'value'`, all values come as `Either`. However large a refused value is, what is said of it is short.
 *
 * @throws TypeError at the call if `codec` is none or an option is wrong.
 * @example
 * ```ts
 * import * as t from 'io-ts';
 *
 * const login = t.type({ user: t.string, attempt: t.number });
 * of({ user: 'ann', attempt: 1 }, { user: 'bob' })
 * 	.pipe(decodeWith(login, { failures: 'drop', failed: { next: ({ reasons }) => console.log(reasons[0]) } }))
 * 	.subscribe(({ user, attempt }) => console.log(user, attempt)); // attempt: expected number, got undefined
 * ```
 */
export function decodeWith<A, I>(
	codec: Codec<A, I>,
	options: DecodeWithOptions & { readonly failures: 'value' },
): OperatorFunction<I, Decoded<A>>;
export function decodeWith<A, I>(
	codec: Codec<A, I>,
	options?: DecodeWithOptions & { readonly failures?: 'error' | 'drop' | undefined },
): OperatorFunction<I, A>;
export function decodeWith<A, I>(codec: Codec<A, I>, options: DecodeWithOptions = {}): OperatorFunction<I, A | Decoded<A>> {
	checkArgument('decodeWith', 'codec', aCodec, codec);
	const { failures, failed } = checkOptions<DecodeWithOptions>('decodeWith', checks, options);
	return values =>
		new Observable(out => {
			values.subscribe(
				new OperatorSubscriber<I, A | Decoded<A>>(out, {
					next(value) {
						const decoded = decode(codec, value);
						if (decoded._tag === 'Left') failed?.next(decoded.left);
						if (failures === 'value') out.next(decoded);
						else if (decoded._tag === 'Right') out.next(decoded.right);
						else if (failures !== 'drop') out.error(new DecodeError(decoded.left));
					},
				}),
			);
		});
}

const aCodec: Check<Codec<unknown, never>> = predicate('an io-ts codec', isCodec);
const checks = { failures: oneOf('error', 'drop', 'value'), failed: having<{ next(failure: DecodeFailure): void }>('next') };
