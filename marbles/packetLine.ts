import type { Direction } from '../src/flow.js';
import { Timestamp } from '../src/timestamp.js';
import { printSpeaker, readSpeaker } from './endpoints.js';
import { LineReader, type Word, type WordReaders } from './lineReader.js';
import { isPayload, printPayload, readPayload } from './payload.js';
import { ACK, printFlags, readFlags, URG } from './tcpFlags.js';
import { encodeOptions, printOptions, readOptions, type TcpOption } from './tcpOptions.js';
import { printVlan, readVlan } from './vlan.js';

/** One packet as a line of a legend says it: what {@link frame} makes bytes of. */
export interface PacketLine {
	/** `''` for the default connection, `A` to `Z` for more. */
	readonly connection: string;
	/** Who sent it. */
	readonly direction: Direction;
	/** Control bits of the TCP header. */
	readonly flags: number;
	/** Sequence number, 0 to 2^32 - 1. */
	readonly seq: number;
	/** `seq` is counted from the speaker's initial sequence number, as tcpdump prints it. */
	readonly seqFromIsn: boolean;
	/** Acknowledgment number, likewise. A line can only say it with the ACK bit. */
	readonly ack: number;
	/** `ack` is counted from the other side's initial sequence number. */
	readonly ackFromIsn: boolean;
	/** Receive window as it stands in the header. Default 65535. */
	readonly window: number;
	/** Urgent pointer. A line can only say it with the URG bit. */
	readonly urgent: number;
	readonly options: readonly TcpOption[];
	/** Of IP. Default 4. */
	readonly version: 4 | 6;
	/** VLAN ids, the inner one in the low 12 bits; 0 for none. */
	readonly vlan: number;
	/** Filled up with zeros to the 60 bytes that Ethernet wants. */
	readonly pad: boolean;
	/** Bytes that the capture cut off at the end. */
	readonly cut: number;
	/** The TCP checksum is wrong. */
	readonly badChecksum: boolean;
	/** When it was captured; undefined: when the marble says. */
	readonly timestamp: Timestamp | undefined;
	readonly payload: Uint8Array;
}

type Draft = { -readonly [Name in keyof PacketLine]: PacketLine[Name] };

/** What fits into a datagram beside headers without options, by version of IP. */
const PAYLOAD_BYTES_MAX = { 4: 65_495, 6: 65_515 } as const;
const WINDOW = 65_535;

/** What may follow the range, in any order, each at most once; printed in this order, the payload last. */
const readers: WordReaders<Draft> = {
	ack(draft, reader) {
		draft.ackFromIsn = reader.peek()?.text.startsWith('+') ?? false;
		draft.ack = reader.nextNumber('the acknowledgment number', Number.MAX_SAFE_INTEGER, draft.ackFromIsn ? '+' : '') % 2 ** 32;
		draft.flags |= ACK;
	},
	win(draft, reader) {
		draft.window = reader.nextNumber('the window', 0xffff);
	},
	urg(draft, reader) {
		draft.urgent = reader.nextNumber('the urgent pointer', 0xffff);
		draft.flags |= URG;
	},
	'<options>': (draft, reader, word) => {
		draft.options = readOptions(reader, word);
	},
	ip6(draft) {
		draft.version = 6;
	},
	vlan(draft, reader) {
		draft.vlan = readVlan(reader);
	},
	pad(draft) {
		draft.pad = true;
	},
	cut(draft, reader) {
		draft.cut = reader.nextNumber('the bytes cut off', 0xffff);
	},
	badsum(draft) {
		draft.badChecksum = true;
	},
	'@seconds': (draft, reader, word) => {
		draft.timestamp = readTimestamp(reader, word);
	},
	payload(draft, reader, word) {
		draft.payload = readPayload(reader, word);
	},
};

/**
 * Reads a packet, in the words of tcpdump:
 * `[NAME:](C|S)> FLAGS START:END(LENGTH) [ack N] [win N] [urg N] [<options>] [ip6] [vlan N] [pad] [cut N] [badsum]
 * [@SECONDS] [payload]`. With a `+` sequence numbers count from the initial ones: `+1:+4(3) ack +1`.
 *
 * @throws LineError that names the word, what was expected and what was found.
 * @example
 * ```ts
 * parsePacketLine('C> P 4:7(3) ack 1 "DEF"').seq; // 4
 * ```
 */
export function parsePacketLine(line: string): PacketLine {
	const reader = new LineReader(line);
	const draft: Draft = { ...emptyPacket, ...readSpeaker(reader, false), flags: readFlags(reader) };
	const range = reader.next('START:END(LENGTH)');
	const length = readRange(draft, reader, range);
	const payload = reader.readWords(readers, kindOf, draft).get('payload');
	if (draft.payload.length !== length) {
		const expected = length === 0 ? `no payload, as ${range.text} says` : `a payload of ${length} bytes, as ${range.text} says`;
		if (payload === undefined) reader.next(expected);
		else throw reader.error(payload, expected, `${draft.payload.length} bytes`);
	}
	const lengthMax = payloadBytesMax(draft);
	if (length > lengthMax) throw reader.error(range, `a LENGTH of at most ${lengthMax}`);
	return draft;
}

/** How long a payload can be beside these headers. */
export function payloadBytesMax({ version, options }: Pick<PacketLine, 'version' | 'options'>): number {
	return PAYLOAD_BYTES_MAX[version] - encodeOptions(options).length;
}

const emptyPacket: PacketLine = {
	connection: '',
	direction: 'client',
	flags: 0,
	seq: 0,
	seqFromIsn: false,
	ack: 0,
	ackFromIsn: false,
	window: WINDOW,
	urgent: 0,
	options: [],
	version: 4,
	vlan: 0,
	pad: false,
	cut: 0,
	badChecksum: false,
	timestamp: undefined,
	payload: new Uint8Array(0),
};

/** @returns LENGTH. */
function readRange(draft: Draft, reader: LineReader, word: Word): number {
	const number = '0x[0-9a-f]+|\\d+';
	const match = new RegExp(`^(${number}):(${number})\\((\\d+)\\)$`, 'i').exec(word.text.replace(/^\+(.*:)\+/, '$1'));
	if (match === null) throw reader.error(word, 'START:END(LENGTH)');
	const [start, end, length] = match.slice(1).map(Number) as [number, number, number];
	draft.seqFromIsn = word.text.startsWith('+');
	if (!Number.isSafeInteger(start + length)) throw reader.error(word, 'START:END(LENGTH) below 2^53');
	const right = (start + length) % 2 ** 32;
	if (end % 2 ** 32 !== right) {
		throw reader.error(word, `END to be START + LENGTH = ${right}`, `${match[2]}`, word.text.indexOf(`${match[2]}(`));
	}
	draft.seq = start % 2 ** 32;
	return length;
}

function kindOf(word: Word): string {
	if (isPayload(word)) return 'payload';
	if (word.text.startsWith('<')) return '<options>';
	return word.text.startsWith('@') ? '@seconds' : word.text;
}

function readTimestamp(reader: LineReader, word: Word): Timestamp {
	const [, seconds, fraction = ''] = /^@(\d{1,12})(?:\.(\d{1,9}))?$/.exec(word.text) ?? [];
	if (seconds === undefined) throw reader.error(word, '@ and seconds, such as @12.345');
	const digits = Math.max(3, Math.ceil(fraction.length / 3) * 3);
	return new Timestamp(Number(seconds), Number(fraction.padEnd(9, '0')), digits);
}

/**
 * Prints a packet as {@link parsePacketLine} reads it; what is as usual is left out.
 *
 * @example
 * ```ts
 * printPacketLine(parsePacketLine('C> P 4:7(3) "DEF" ack 1')); // 'C> P. 4:7(3) ack 1 "DEF"'
 * ```
 */
export function printPacketLine(line: PacketLine): string {
	const { flags, seq, ack, window, urgent, options, vlan, cut, timestamp, payload } = line;
	const end = (seq + payload.length) % 2 ** 32;
	const from = line.seqFromIsn ? '+' : '';
	const words = [printSpeaker(line), printFlags(flags), `${from}${seq}:${from}${end}(${payload.length})`];
	if (line.ackFromIsn) words.push(`ack +${ack}`);
	else if (ack !== 0) words.push(`ack ${ack}`);
	if (window !== WINDOW) words.push(`win ${window}`);
	if (urgent !== 0) words.push(`urg ${urgent}`);
	if (options.length > 0) words.push(printOptions(options));
	if (line.version === 6) words.push('ip6');
	if (vlan !== 0) words.push(`vlan ${printVlan(vlan)}`);
	if (line.pad) words.push('pad');
	if (cut !== 0) words.push(`cut ${cut}`);
	if (line.badChecksum) words.push('badsum');
	if (timestamp !== undefined) words.push(printTimestamp(timestamp));
	if (payload.length > 0) words.push(printPayload(payload));
	return words.join(' ');
}

function printTimestamp({ seconds, nanoseconds, digits }: Timestamp): string {
	return `@${seconds}.${String(nanoseconds).padStart(9, '0').slice(0, digits)}`;
}
