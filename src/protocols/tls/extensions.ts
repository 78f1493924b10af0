import { Fields } from './fields.js';
import { latin1Of } from './hex.js';

/** Numbers of the extensions that are looked into (registry of IANA, TLS ExtensionType Values). */
export const Extension = {
	serverName: 0,
	supportedGroups: 10,
	pointFormats: 11,
	signatureAlgorithms: 13,
	alpn: 16,
	supportedVersions: 43,
	keyShare: 51,
} as const;

/** The extensions of a hello: their types in order, and the bytes of the first of each type that is looked into. */
export interface ExtensionList {
	readonly types: readonly number[];
	readonly bodies: ReadonlyMap<number, Uint8Array>;
	readonly malformed: boolean;
}

const known: ReadonlySet<number> = new Set(Object.values(Extension));

/** Reads the extensions that a hello ends with; there may be none at all (RFC 5246, section 7.4.1.4). */
export function readExtensions(fields: Fields): ExtensionList {
	const types: number[] = [];
	const bodies = new Map<number, Uint8Array>();
	if (fields.isShort || fields.rest === 0) return { types, bodies, malformed: fields.isShort };
	const list = fields.vector(2);
	while (list.rest > 0 && !list.isShort) {
		const type = list.u16();
		const body = list.vector(2).all();
		if (list.isShort) break;
		types.push(type);
		if (known.has(type) && !bodies.has(type)) bodies.set(type, body);
	}
	return { types, bodies, malformed: list.isShort || !fields.isWhole };
}

/** The first host name (RFC 6066, section 3); null for none. */
export function readServerName(body: Uint8Array | undefined): string | null {
	if (body === undefined || body.length === 0) return null;
	const list = new Fields(body).vector(2);
	while (list.rest > 0) {
		const type = list.u8();
		const name = list.vector(2).all();
		if (type === 0 && name.length > 0) return latin1Of(name);
	}
	return null;
}

/** The names of protocols (RFC 7301, section 3.1). */
export function readAlpn(body: Uint8Array | undefined): string[] {
	const list = new Fields(body ?? new Uint8Array(0)).vector(2);
	const names: string[] = [];
	while (list.rest > 0) names.push(latin1Of(list.vector(1).all()));
	return names;
}

/** Numbers of two bytes behind their length, which has one byte or two. */
export function readList16(body: Uint8Array | undefined, lengthBytes: 1 | 2): number[] {
	return body === undefined ? [] : new Fields(body).vector(lengthBytes).list16();
}

/** Numbers of a byte behind their length of a byte. */
export function readList8(body: Uint8Array | undefined): number[] {
	return body === undefined ? [] : [...new Fields(body).vector(1).all()];
}

/** The groups of the key shares of a client (RFC 8446, section 4.2.8). */
export function readKeyShares(body: Uint8Array | undefined): number[] {
	const list = new Fields(body ?? new Uint8Array(0)).vector(2);
	const groups: number[] = [];
	while (list.rest >= 4) {
		groups.push(list.u16());
		list.vector(2);
	}
	return groups;
}

/** The number of two bytes that an extension of a server begins with; undefined for none. */
export function readFirst16(body: Uint8Array | undefined): number | undefined {
	return body === undefined || body.length < 2 ? undefined : new Fields(body).u16();
}
