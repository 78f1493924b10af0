/**
 * Where the records of a capture begin, as far as it makes sense: classic pcap and pcapng, either byte order. It is no
 * reader, and trusts nothing: it stops where a length cannot be.
 */
export function recordPlaces(bytes: Uint8Array): number[] {
	if (bytes.length < 24) return [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const magic = view.getUint32(0);
	if (magic === PCAPNG) return walk(bytes, 0, blockLengths(view), 12);
	const little = [0xd4c3b2a1, 0x4d3cb2a1].includes(magic);
	if (!little && ![0xa1b2c3d4, 0xa1b23c4d].includes(magic)) return [];
	return walk(bytes, 24, at => 16 + view.getUint32(at + 8, little), 16);
}

const PCAPNG = 0x0a0d0d0a;
const PCAPNG_BYTE_ORDER = 0x1a2b3c4d;

/** The byte order may be another one in each section. */
function blockLengths(view: DataView): (at: number) => number {
	let little = false;
	return at => {
		if (view.getUint32(at) === PCAPNG) little = view.getUint32(at + 8) !== PCAPNG_BYTE_ORDER;
		return view.getUint32(at + 4, little);
	};
}

function walk(bytes: Uint8Array, from: number, lengthAt: (at: number) => number, least: number): number[] {
	const places: number[] = [];
	for (let at = from; at + least <= bytes.length; ) {
		places.push(at);
		const length = lengthAt(at);
		if (length < least) break;
		at += length;
	}
	return places;
}
