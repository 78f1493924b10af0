import { type Segment, TcpFlag } from '../../wire/segment.js';
import { keyWordsOf, writeFlowKey } from '../flowKey.js';
import { FlowTable } from '../flowTable.js';
import { Conversation, Stream } from './stream.js';

/** All open streams, found by their addresses and ports, and in the order in which they were opened. */
export class StreamTable {
	private readonly tables = { 4: new FlowTable<Stream>(keyWordsOf(4)), 6: new FlowTable<Stream>(keyWordsOf(6)) };
	private readonly keys = { 4: new Int32Array(keyWordsOf(4)), 6: new Int32Array(keyWordsOf(6)) };
	private readonly open_ = new Set<Stream>();
	private conversations = 0;

	/** The open stream that a segment belongs to. */
	find(segment: Segment): Stream | undefined {
		const version = segment.version as 4 | 6;
		writeFlowKey(segment, this.keys[version], false);
		return this.tables[version].get(this.keys[version]);
	}

	/** Opens the stream of a segment for which `find` has just found none. */
	open(segment: Segment): Stream {
		const version = segment.version as 4 | 6;
		const key = Array.from(this.keys[version]);
		const opposite = this.tables[version].get(reversed(key));
		const conversation = this.conversationOf(segment, opposite);
		const stream = new Stream(key, version, segment.flow, conversation.with);
		conversation.with.join(conversation.direction, stream);
		this.tables[version].set(key, stream);
		this.open_.add(stream);
		return stream;
	}

	remove(stream: Stream): void {
		this.tables[stream.version as 4 | 6].delete(stream.key);
		this.open_.delete(stream);
	}

	/** All open streams, oldest first; a copy. */
	all(): Stream[] {
		return [...this.open_];
	}

	private conversationOf(segment: Segment, opposite: Stream | undefined): { with: Conversation; direction: 'client' | 'server' } {
		const direction = opposite?.direction === 'client' ? 'server' : 'client';
		if (opposite?.connection.lacks(direction)) return { with: opposite.connection, direction };
		const { flow } = segment;
		const isClient = segment.has(TcpFlag.syn) ? !segment.has(TcpFlag.ack) : flow.source.port >= flow.destination.port;
		const clientFlow = isClient ? flow : flow.reverse();
		const conversation = new Conversation(++this.conversations, clientFlow, !segment.has(TcpFlag.syn));
		return { with: conversation, direction: isClient ? 'client' : 'server' };
	}
}

/** The key of the other direction. */
function reversed(key: readonly number[]): number[] {
	const half = (key.length - 2) / 2;
	const ports = key[2 * half] as number;
	const swapped = (ports << 16) | (ports >>> 16);
	return [...key.slice(half, 2 * half), ...key.slice(0, half), swapped, key[2 * half + 1] as number];
}
