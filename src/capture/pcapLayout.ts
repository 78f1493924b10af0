/** What the magic number of a pcap file says. */
export interface PcapLayout {
	readonly littleEndian: boolean;
	readonly fileHeaderBytes: number;
	readonly recordHeaderBytes: number;
	readonly nanosecondsPerTick: 1 | 1000;
	/** Digits behind the seconds. */
	readonly digits: 6 | 9;
}

const classic = { fileHeaderBytes: 24, recordHeaderBytes: 16, nanosecondsPerTick: 1000, digits: 6 } as const;

const layouts: ReadonlyMap<number, Omit<PcapLayout, 'littleEndian'>> = new Map([
	[0xa1b2c3d4, classic],
	[0xa1b23c4d, { ...classic, nanosecondsPerTick: 1, digits: 9 }],
	// The modified pcap of Alexey Kuznetsov: interface index, protocol, packet type and padding in each record.
	[0xa1b2cd34, { ...classic, recordHeaderBytes: 24 }],
	// Ixia's lcap, with timestamps of hardware or software: the bytes of all records behind the header of the file.
	[0x1c0001ac, { ...classic, fileHeaderBytes: 28 }],
	[0x1c0001ab, { ...classic, fileHeaderBytes: 28 }],
]);

/** How the pcap file is laid out that begins with these four bytes, read as a big-endian word; undefined if it is none. */
export function pcapLayoutOf(word: number): PcapLayout | undefined {
	const big = layouts.get(word);
	if (big !== undefined) return { ...big, littleEndian: false };
	const little = layouts.get(swap(word));
	return little && { ...little, littleEndian: true };
}

function swap(word: number): number {
	return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
