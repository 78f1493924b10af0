import * as t from 'io-ts';
import { type JsonCodec, listOf } from './shape.js';
import { bytesCodec } from './values.js';

/** More than any library nests, and few enough for the stack. */
const DEPTH_MAX = 16;
const NAME = `values, nested up to ${DEPTH_MAX} deep`;
const MARKS: readonly string[] = ['base64', 'object'];

/**
 * What a library decodes, of which nobody knows the members: texts, numbers, booleans, null, bytes, and lists and objects of those.
 *
 * Bytes are `{ "base64": "AQ==" }`. An object whose only member is named `base64` or `object` stands in another one, as in
 * `{ "object": { "base64": "no bytes" } }`, so that it is taken for nothing else. Members that are undefined are not written.
 */
export const libraryValue: JsonCodec<unknown> = valueAt(0);

function valueAt(depth: number): JsonCodec<unknown> {
	return new t.Type<unknown, unknown, unknown>(
		NAME,
		(_value): _value is unknown => true,
		(value, context) => read(value, context, depth),
		write,
	);
}

function read(value: unknown, context: t.Context, depth: number): t.Validation<unknown> {
	if (typeof value !== 'object' || value === null) return t.success(value);
	if (depth === DEPTH_MAX) return t.failure(value, context);
	if (Array.isArray(value)) return listOf(valueAt(depth + 1)).validate(value, context);
	const [name, ...others] = Object.keys(value);
	if (others.length > 0 || name === undefined || !MARKS.includes(name)) return readMembers(value, context, depth);
	const marked = Reflect.get(value, name);
	const type = name === 'base64' ? bytesCodec : libraryObject;
	const inner = t.appendContext(context, name, type, marked);
	if (type === bytesCodec) return bytesCodec.validate(marked, inner);
	return libraryObject.is(marked) ? readMembers(marked, inner, depth) : t.failure(marked, inner);
}

function readMembers(value: object, context: t.Context, depth: number): t.Validation<unknown> {
	const type = valueAt(depth + 1);
	const members: [string, unknown][] = [];
	for (const [name, member] of Object.entries(value)) {
		const decoded = type.validate(member, t.appendContext(context, name, type, member));
		if (decoded._tag === 'Left') return decoded;
		members.push([name, decoded.right]);
	}
	// Not by assignment: a member may be named `__proto__`.
	return t.success(Object.fromEntries(members));
}

function write(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (value instanceof Uint8Array) return { base64: bytesCodec.encode(value) };
	if (Array.isArray(value)) return value.map(write);
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	const written = Object.fromEntries(members.map(([name, member]) => [name, write(member)]));
	const [only] = members.length === 1 ? (members[0] as [string, unknown]) : [''];
	return MARKS.includes(only) ? { object: written } : written;
}

/** An object of such values, itself no bytes and no list. */
export const libraryObject: JsonCodec<Readonly<Record<string, unknown>>> = new t.Type<Readonly<Record<string, unknown>>, unknown, unknown>(
	'an object',
	(value): value is Readonly<Record<string, unknown>> =>
		typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array),
	(value, context) => {
		const decoded = libraryValue.validate(value, context);
		return decoded._tag === 'Left' || libraryObject.is(decoded.right)
			? (decoded as t.Validation<Readonly<Record<string, unknown>>>)
			: t.failure(value, context);
	},
	write,
);
