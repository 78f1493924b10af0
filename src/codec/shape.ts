import * as t from 'io-ts';
import { oneOf, predicate } from '../codec.js';
import type { Codec } from './decode.js';

/** A codec of our own: reads an `A` out of JSON, and writes it. Its output is plain: JSON.stringify says it as it is. */
export type JsonCodec<A> = Codec<A>;

type Shape = Readonly<Record<string, t.Mixed>>;
type Read<S extends Shape> = { readonly [Name in keyof S]: t.TypeOf<S[Name]> };

/** What stands in JSON for something that is not plain: the shape of it, and how to make the one of the other. */
interface Mapping<A, Plain> {
	is(value: unknown): value is A;
	/** Undefined: it cannot be made of that. */
	read(plain: Plain): A | undefined;
	write(value: A): Plain;
}

/** A codec that makes something of what another codec has read. */
export function mapped<A, Plain>(name: string, plain: Codec<Plain>, { is, read, write }: Mapping<A, Plain>): JsonCodec<A> {
	return new t.Type<A, unknown, unknown>(
		name,
		is,
		(value, context) => {
			const decoded = plain.validate(value, context);
			if (decoded._tag === 'Left') return decoded;
			const made = read(decoded.right);
			return made === undefined ? t.failure(value, context) : t.success(made);
		},
		value => plain.encode(write(value)),
	);
}

/** An object with these members at least; others are left out. A member that is undefined is neither written nor made. */
export function object<S extends Shape>(name: string, members: S): Codec<Read<S>> {
	const names = Object.keys(members);
	return new t.Type<Read<S>, unknown, unknown>(
		name,
		(value): value is Read<S> => isObject(value) && names.every(each => (members[each] as t.Mixed).is(value[each])),
		(value, context) => {
			if (!isObject(value)) return t.failure(value, context);
			const read: Record<string, unknown> = {};
			const errors: t.ValidationError[] = [];
			for (const each of names) {
				const type = members[each] as t.Mixed;
				const own = Object.hasOwn(value, each) ? value[each] : undefined;
				const decoded = type.validate(own, t.appendContext(context, each, type, own));
				if (decoded._tag === 'Right') {
					if (decoded.right !== undefined) read[each] = decoded.right;
				} else for (const error of decoded.left) errors.push(error);
			}
			return errors.length > 0 ? t.failures(errors) : t.success(read as Read<S>);
		},
		value =>
			Object.fromEntries(names.map(each => [each, (members[each] as t.Mixed).encode(value[each])]).filter(([, out]) => out !== undefined)),
	);
}

/** One of several objects; which it is says one of its members. */
export function oneOfKinds<Codecs extends Shape>(name: string, member: string, codecs: Codecs): Codec<t.TypeOf<Codecs[keyof Codecs]>> {
	type One = t.TypeOf<Codecs[keyof Codecs]>;
	const known = object<Shape>(name, { [member]: oneOf(...Object.keys(codecs)) });
	const codecOf = (value: unknown) => codecs[(value as Readonly<Record<string, string>>)[member] as string] as t.Mixed;
	return new t.Type<One, unknown, unknown>(
		name,
		(value): value is One => known.is(value) && codecOf(value).is(value),
		(value, context) => {
			const kind = known.validate(value, context);
			return kind._tag === 'Left' ? kind : codecOf(value).validate(value, context);
		},
		value => codecOf(value).encode(value),
	);
}

/** What may be left out. */
export function optional<A>(type: Codec<A>): Codec<A | undefined> {
	return new t.Type<A | undefined, unknown, unknown>(
		type.name,
		(value): value is A | undefined => value === undefined || type.is(value),
		(value, context) => (value === undefined ? t.success(undefined) : type.validate(value, context)),
		value => (value === undefined ? undefined : type.encode(value)),
	);
}

/** What is left out if it is as usual. */
export function usually<A extends string | number | boolean>(usual: A, type: Codec<A>): Codec<A> {
	const inner = optional(type);
	return new t.Type<A, unknown, unknown>(
		type.name,
		type.is,
		(value, context) => (value === undefined ? t.success(usual) : type.validate(value, context)),
		value => inner.encode(value === usual ? undefined : value),
	);
}

/** Either null, or that. */
export function nullable<A>(type: Codec<A>): Codec<A | null> {
	return new t.Type<A | null, unknown, unknown>(
		`${type.name} or null`,
		(value): value is A | null => value === null || type.is(value),
		(value, context) => (value === null ? t.success(null) : type.validate(value, context)),
		value => (value === null ? null : type.encode(value)),
	);
}

/** A list of them. It stops at the first that is wrong: there may be any number. */
export function listOf<A>(type: Codec<A>): Codec<readonly A[]> {
	return new t.Type<readonly A[], unknown, unknown>(
		`a list: ${type.name}`,
		(value): value is readonly A[] => Array.isArray(value) && value.every(type.is),
		(value, context) => {
			if (!Array.isArray(value)) return t.failure(value, context);
			const read: A[] = [];
			for (let i = 0; i < value.length; i++) {
				const decoded = type.validate(value[i], t.appendContext(context, String(i), type, value[i]));
				if (decoded._tag === 'Left') return decoded;
				read.push(decoded.right);
			}
			return t.success(read);
		},
		value => value.map(each => type.encode(each)),
	);
}

/** The version of all that is written here. What comes to be added is read by who knows it, and passed over by who does not. */
const VERSION = 1;

/** Writes the version, `v`, before the rest of the object; refuses objects of a later one. Without `v` it is the first. */
export function versioned<A>(type: JsonCodec<A>): JsonCodec<A> {
	const version = object('an object', {
		v: usually<number>(
			VERSION,
			predicate(`version ${VERSION}`, (value): value is number => value === VERSION),
		),
	});
	return new t.Type<A, unknown, unknown>(
		type.name,
		type.is,
		(value, context) => {
			const known = version.validate(value, context);
			return known._tag === 'Left' ? known : type.validate(value, context);
		},
		value => ({ v: VERSION, ...(type.encode(value) as object) }),
	);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
