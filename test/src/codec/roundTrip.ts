import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Codec, decode } from '../../../src/codec/decode.js';
import { Timestamp } from '../../../src/timestamp.js';

/** What comes of a value that is written as a line of JSON, and read again. */
export function roundTrip<A>(codec: Codec<A>, value: A): A {
	const decoded = decode(codec, JSON.parse(JSON.stringify(codec.encode(value))));
	if (decoded._tag === 'Left') throw new Error(decoded.left.reasons.join('; '));
	return decoded.right;
}

/** The same with Buffers made Uint8Arrays, and without members that are undefined. */
function withoutBuffers(value: unknown): unknown {
	if (value instanceof Uint8Array) return new Uint8Array(value);
	if (Array.isArray(value)) return value.map(withoutBuffers);
	if (typeof value !== 'object' || value === null) return value;
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	const same = Object.create(Object.getPrototypeOf(value));
	for (const [name, member] of members) {
		Object.defineProperty(same, name, { value: withoutBuffers(member), enumerable: true, configurable: true, writable: true });
	}
	return same;
}

/** They are given back as they were: the same bytes, classes and prototypes, and no member more. */
export function expectSame<A>(codec: Codec<A>, values: readonly A[]): void {
	for (const value of values) {
		const [back, given] = [roundTrip(codec, value), withoutBuffers(value)];
		// That of vitest takes a member named `constructor` for the class; it prints the difference.
		if (isDeepStrictEqual(back, given)) continue;
		expect(back).toStrictEqual(given);
		throw new Error('not the same');
	}
}

/** Says what is wrong with what would be read if one member, `a.b`, were another. */
export function reasonsWith<A>(codec: Codec<A>, value: A, path: string, instead: unknown): readonly string[] {
	const json = JSON.parse(JSON.stringify(codec.encode(value)));
	const names = path.split('.');
	const last = names.pop() as string;
	const place = names.reduce((at, name) => at[name], json);
	place[last] = instead;
	const decoded = decode(codec, json);
	return decoded._tag === 'Left' ? decoded.left.reasons : [];
}

const time = fc.nat({ max: 2 ** 31 }).map(ms => Timestamp.fromMs(ms));
export const bytes = fc.uint8Array({ maxLength: 20 });
export const text = fc.string({ unit: 'binary', maxLength: 20 });
export const count = fc.nat();
export const names = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'base64', 'object', 'toString'));
export const orNull = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(arbitrary, { nil: null });
export const ends = { client: text, server: text, time };
export const direction = fc.constantFrom('client' as const, 'server' as const);

/** What libraries may decode: no number that JSON does not have. */
export const libraryValues: fc.Arbitrary<unknown> = fc.letrec(tie => ({
	value: fc.oneof(
		{ maxDepth: 4 },
		fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), bytes),
		fc.array(tie('value'), { maxLength: 3 }),
		fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
	),
})).value;

/** An object as those of parsers are: with a prototype. */
export const record = <T>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
	fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
