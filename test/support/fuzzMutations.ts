import { recordPlaces } from './fuzzPlaces.js';

export const mutationKinds = ['bit', 'byte', 'word16', 'word32', 'splice', 'truncate', 'repeat', 'delete', 'noise'] as const;

/** One change to a capture. Its numbers are any 32-bit ones: what they come to depends on the capture. */
export interface Mutation {
	readonly kind: (typeof mutationKinds)[number];
	/** Where. */
	readonly where: number;
	/** What is written there, or where in the other capture. */
	readonly value: number;
	/** How many bytes. */
	readonly size: number;
}

/** What goes wrong where it goes wrong at all; a capture keeps at most 256 KiB of a packet. */
const extremes = [
	...[0, 1, 2, 3, 4, 5, 7, 8, 11, 12, 15, 16, 19, 20, 24, 28, 32, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000],
	...[0x4_0000, 0x4_0001, 0x10_0000, 0x10_0001, 0x0100_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_fffc, 0xffff_ffff],
];

/** No case is larger, whatever is repeated. */
const BYTES_MAX = 96 * 1024;

/** A changed copy. `other` is another capture, to be spliced in. */
export function mutated(bytes: Uint8Array, mutation: Mutation, other: Uint8Array): Uint8Array {
	const at = placeIn(bytes, mutation.where);
	const size = 1 + (mutation.size % (mutation.size % 3 === 0 ? 2000 : 20));
	switch (mutation.kind) {
		case 'truncate':
			return bytes.slice(0, at);
		case 'delete':
			return joinedUpTo(bytes.subarray(0, at), bytes.subarray(at + size));
		case 'repeat':
			return joinedUpTo(bytes.subarray(0, at + size), bytes.subarray(at));
		case 'splice':
			return joinedUpTo(bytes.subarray(0, at), other.subarray(placeIn(other, mutation.value)));
		default:
			return overwritten(bytes, mutation, at, size);
	}
}

function overwritten(bytes: Uint8Array, { kind, value, size: choice }: Mutation, at: number, size: number): Uint8Array {
	const copy = bytes.slice();
	const view = new DataView(copy.buffer);
	const little = (choice & 1) === 1;
	const extreme = (choice & 6) === 0 ? value : (extremes[value % extremes.length] as number);
	if (kind === 'bit' && at < copy.length) copy[at] = (copy[at] as number) ^ (1 << (value & 7));
	else if (kind === 'byte' && at < copy.length) copy[at] = extreme;
	else if (kind === 'word16' && at + 2 <= copy.length) view.setUint16(at, extreme & 0xffff, little);
	else if (kind === 'word32' && at + 4 <= copy.length) view.setUint32(at, extreme, little);
	else if (kind === 'noise') for (let i = at; i < Math.min(at + size, copy.length); i++) copy[i] = Math.imul(value + i, 0x9e3779b1) >>> 24;
	return copy;
}

/** Anywhere, or in the header of a record, or in the headers of a packet: there is where a capture breaks. */
function placeIn(bytes: Uint8Array, where: number): number {
	const rest = where >>> 2;
	const records = recordPlaces(bytes);
	const record = records[(rest >>> 6) % Math.max(1, records.length)];
	if ((where & 3) === 0 || record === undefined) return rest % (bytes.length + 1);
	const within = (where & 3) === 1 ? rest % 32 : 16 + ((rest % 64) + ((where & 3) === 3 ? 12 : 0));
	return Math.min(bytes.length, record + within);
}

function joinedUpTo(...parts: readonly Uint8Array[]): Uint8Array {
	const length = Math.min(
		BYTES_MAX,
		parts.reduce((sum, part) => sum + part.length, 0),
	);
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		const fitting = part.subarray(0, length - at);
		bytes.set(fitting, at);
		at += fitting.length;
	}
	return bytes;
}
