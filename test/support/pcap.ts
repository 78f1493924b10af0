/** How a classic pcap file is written. */
export interface PcapLayout {
	readonly byteOrder?: 'little' | 'big';
	readonly unit?: 'us' | 'ns';
	readonly linkType?: number;
	/** Instead of the magic number of the unit. */
	readonly magic?: number;
	readonly version?: readonly [number, number];
}

/** One packet of it; the lengths are those of the bytes, unless they are to lie. */
export interface PcapRecord {
	readonly bytes: Uint8Array;
	readonly seconds?: number;
	/** Microseconds or nanoseconds behind the seconds. */
	readonly fraction?: number;
	readonly capturedLength?: number;
	readonly originalLength?: number;
}

export const FILE_HEADER_BYTES = 24;
export const RECORD_HEADER_BYTES = 16;

const magics = { us: 0xa1b2c3d4, ns: 0xa1b23c4d } as const;

/** A classic pcap file, byte by byte as draft-ietf-opsawg-pcap has it. */
export function pcapFile(records: readonly PcapRecord[], layout: PcapLayout = {}): Uint8Array {
	return joined([pcapHeader(layout), ...records.map(record => pcapRecord(record, layout))]);
}

export function pcapHeader(layout: PcapLayout = {}): Uint8Array {
	const { byteOrder = 'little', unit = 'us', linkType = 1, magic = magics[unit], version = [2, 4] } = layout;
	const bytes = new Uint8Array(FILE_HEADER_BYTES);
	const view = new DataView(bytes.buffer);
	const little = byteOrder === 'little';
	view.setUint32(0, magic, little);
	view.setUint16(4, version[0], little);
	view.setUint16(6, version[1], little);
	view.setUint32(16, 262_144, little);
	view.setUint32(20, linkType, little);
	return bytes;
}

export function pcapRecord(record: PcapRecord, { byteOrder = 'little' }: PcapLayout = {}): Uint8Array {
	const { bytes, seconds = 0, fraction = 0, capturedLength = bytes.length, originalLength = bytes.length } = record;
	const header = new Uint8Array(RECORD_HEADER_BYTES);
	const view = new DataView(header.buffer);
	[seconds, fraction, capturedLength, originalLength].forEach((word, i) => {
		view.setUint32(4 * i, word, byteOrder === 'little');
	});
	return joined([header, bytes]);
}

/** All of them, one behind the other, in one block. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

/** The bytes, cut at these places; each piece has memory of its own. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
	const cuts = [...new Set(places.filter(place => place > 0 && place < bytes.length))].sort((a, b) => a - b);
	return [...cuts, bytes.length].map((end, i) => bytes.slice(cuts[i - 1] ?? 0, end));
}
