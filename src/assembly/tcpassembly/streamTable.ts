import { type Segment, TcpFlag } from '../../wire/segment.js';
import { keyWordsOf, writeFlowKey } from '../flowKey.js';
import { FlowTable } from '../flowTable.js';
import { Conversation, Stream } from './stream.js';

const ADDRESSES_ALONE = { separateVlans: false, separateTunnels: false };

/** Room for one family of addresses: the key of the segment at hand, and the streams by their keys. */
class Family {
	readonly key: Int32Array;
	readonly table: FlowTable;
	/** By the rows of the table. */
	readonly streams: (Stream | undefined)[] = [];

	constructor(version: number) {
		this.key = new Int32Array(keyWordsOf(version));
		this.table = new FlowTable(this.key.length);
	}

	/** The stream with the key at hand. */
	find(): Stream | undefined {
		return this.streams[this.table.find(this.key)];
	}
}

/** All open streams, found by their addresses and ports, and in the order in which they were opened. */
export class StreamTable {
	private readonly ipv4 = new Family(4);
	private readonly ipv6 = new Family(6);
	private readonly open_ = new Set<Stream>();
	private conversations = 0;

	/** The open stream that a segment belongs to. */
	find(segment: Segment): Stream | undefined {
		const family = this.familyOf(segment);
		writeFlowKey(segment, family.key, ADDRESSES_ALONE);
		return family.find();
	}

	/** Opens the stream of a segment for which `find` has just found none. */
	open(segment: Segment): Stream {
		const { table, key, streams } = this.familyOf(segment);
		const row = table.add(key);
		const { connection, direction } = this.placeOf(segment);
		const stream = new Stream(table, row, segment.flow, connection, direction);
		connection.join(stream);
		streams[row] = stream;
		this.open_.add(stream);
		return stream;
	}

	remove(stream: Stream): void {
		const { table, streams } = stream.table === this.ipv4.table ? this.ipv4 : this.ipv6;
		streams[stream.row] = undefined;
		table.delete(stream.row);
		this.open_.delete(stream);
	}

	/** All open streams, oldest first; a copy. */
	all(): Stream[] {
		return [...this.open_];
	}

	private familyOf(segment: Segment): Family {
		return segment.version === 4 ? this.ipv4 : this.ipv6;
	}

	/** Where in a conversation a new stream belongs: with the open one of the other direction, or in a new one. */
	private placeOf(segment: Segment): { connection: Conversation; direction: 'client' | 'server' } {
		const family = this.familyOf(segment);
		reverse(family.key);
		const opposite = family.find();
		const direction = opposite?.direction === 'client' ? 'server' : 'client';
		if (opposite?.connection.lacks(direction)) return { connection: opposite.connection, direction };
		const { flow } = segment;
		const isClient = segment.has(TcpFlag.syn) ? !segment.has(TcpFlag.ack) : flow.source.port >= flow.destination.port;
		const clientFlow = isClient ? flow : flow.reverse();
		const connection = new Conversation(++this.conversations, clientFlow, !segment.has(TcpFlag.syn));
		return { connection, direction: isClient ? 'client' : 'server' };
	}
}

/** Makes a key that of the other direction. */
function reverse(key: Int32Array): void {
	const half = (key.length - 2) / 2;
	key.subarray(0, 2 * half).reverse();
	key.subarray(0, half).reverse();
	key.subarray(half, 2 * half).reverse();
	const ports = key[2 * half] as number;
	key[2 * half] = (ports << 16) | (ports >>> 16);
}
