import type { Either } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { reportLines } from './report.js';

/** An io-ts codec that makes an `A` of an `I`. */
export type Codec<A, I = unknown, O = unknown> = t.Type<A, O, I>;

/** A value that a codec refused, and what was wrong with it. */
export interface DecodeFailure {
	/** A line for each thing that is wrong, nine at most: `path: expected what, got what`. */
	readonly reasons: readonly string[];
	/** The value itself. */
	readonly value: unknown;
}

/** What came of a value: `right` is what the codec made of it, `left` what was wrong with it. An `Either` of fp-ts. */
export type Decoded<A> = Either<DecodeFailure, A>;

/**
 * What decoding errors with: a line that says what is wrong with a value.
 *
 * @example
 * ```ts
 * of({ port: 'x' })
 * 	.pipe(decodeWith(flowCodec))
 * 	.subscribe({ error: error => console.log(error instanceof DecodeError && error.reasons) });
 * ```
 */
export class DecodeError extends Error {
	override readonly name = 'DecodeError';
	/** A line for each thing that is wrong. */
	readonly reasons: readonly string[];
	/** The value itself. */
	readonly value: unknown;

	constructor({ reasons, value }: DecodeFailure, where = '') {
		super(`${where}${reasons.join('; ')}`);
		this.reasons = reasons;
		this.value = value;
	}
}

/** Puts a value through a codec. */
export function decode<A, I>(codec: Codec<A, I>, value: I): Decoded<A> {
	const decoded = codec.decode(value);
	return decoded._tag === 'Right' ? decoded : { _tag: 'Left', left: { reasons: reportLines(decoded.left), value } };
}

/** Whether something is a codec. */
export function isCodec(value: unknown): value is Codec<unknown, never> {
	// Not instanceof alone: io-ts may be there twice, and a codec may be an object with the same methods.
	if (value instanceof t.Type) return true;
	return typeof value === 'object' && value !== null && hasMethods(value, ['decode', 'encode']);
}

function hasMethods(value: object, names: readonly string[]): boolean {
	return names.every(name => typeof Reflect.get(value, name) === 'function');
}
