/** A format that is not read: how it begins, and what to do about it. */
interface UnreadFormat {
	readonly name: string;
	readonly begins: string;
	readonly mend: string;
}

const convert = 'convert it with: editcap -F pcap IN OUT';

/** Formats that people meet, by the characters that they begin with. */
const unreadFormats: readonly UnreadFormat[] = [
	{ name: 'gzip', begins: '\x1f\x8b', mend: 'unpack it with: gunzip -c IN > OUT' },
	{ name: 'zstd', begins: '\x28\xb5\x2f\xfd', mend: 'unpack it with: zstd -dc IN > OUT' },
	{ name: 'lz4', begins: '\x04\x22\x4d\x18', mend: 'unpack it with: lz4 -dc IN > OUT' },
	{ name: 'xz', begins: '\xfd7zXZ', mend: 'unpack it with: xz -dc IN > OUT' },
	{ name: 'bzip2', begins: 'BZh', mend: 'unpack it with: bzip2 -dc IN > OUT' },
	{ name: 'compress (.Z)', begins: '\x1f\x9d', mend: 'unpack it with: gunzip -c IN > OUT' },
	{ name: 'zip', begins: 'PK\x03\x04', mend: 'unpack it with: unzip IN' },
	{ name: 'snoop', begins: 'snoop\0\0\0', mend: convert },
	{ name: 'btsnoop', begins: 'btsnoop\0', mend: convert },
	{ name: 'Microsoft Network Monitor 2', begins: 'GMBU', mend: convert },
	{ name: 'Microsoft Network Monitor 1', begins: 'RTSS', mend: convert },
	{ name: 'Sniffer', begins: 'TRSNIFF data', mend: convert },
	{ name: 'NetXray', begins: 'XCP\0', mend: convert },
	{ name: 'AIX iptrace', begins: 'iptrace ', mend: convert },
	{ name: 'Viavi Observer', begins: 'ObserverPktBuffer', mend: convert },
	{ name: 'nettl', begins: 'TRAC', mend: convert },
];

/** Bytes that tell any of them. */
export const SNIFFED_BYTES_MAX = Math.max(...unreadFormats.map(({ begins }) => begins.length));

/** What the format is that begins with these bytes, if it is one that is known and not read. */
export function unreadFormatOf(first: Uint8Array): UnreadFormat | undefined {
	const characters = charactersOf(first);
	return unreadFormats.find(({ begins }) => characters.startsWith(begins));
}

/** Whether it may be one of them once there are more bytes than these few. */
export function mayBeUnread(first: Uint8Array): boolean {
	const characters = charactersOf(first);
	return unreadFormats.some(({ begins }) => begins.length > characters.length && begins.startsWith(characters));
}

function charactersOf(first: Uint8Array): string {
	return String.fromCharCode(...first.subarray(0, SNIFFED_BYTES_MAX));
}
