import * as t from 'io-ts';
import { predicate, text } from '../codec.js';
import { type JsonCodec, mapped, nullable } from './shape.js';
import { timestampCodec } from './values.js';

export const number = predicate('a number', (value): value is number => typeof value === 'number');

/** A number of bytes that is -1 where nobody knows it. */
export const numberOrUnknown = predicate(
	'a whole number from -1 on',
	(value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= -1,
);

export const textOrNull = nullable(text);
export const numberOrNull = nullable(number);

/** Between whom a message was sent, and when. */
export const ends = { client: text, server: text, time: timestampCodec };

/** Texts by names that came over the wire. Without a prototype: a name may be `__proto__`. */
export function textsByName(name: string): JsonCodec<Readonly<Record<string, string>>> {
	const texts = t.record(t.string, t.string, name) as unknown as JsonCodec<Record<string, string>>;
	return mapped<Readonly<Record<string, string>>, Record<string, string>>(name, texts, {
		is: (value): value is Readonly<Record<string, string>> => typeof value === 'object' && value !== null,
		read: bare,
		write: bare,
	});
}

/** The same members in an object without a prototype. */
export function bare<A>(members: Readonly<Record<string, A>>): Record<string, A> {
	return Object.assign(Object.create(null), members);
}
