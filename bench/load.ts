import { type Segment, TcpDecoder } from 'rx-reassembly';
import { Conversation } from './conversation.js';
import { FrameWriter } from './frameWriter.js';

/** Milliseconds since 1970 at which every load begins. */
const LOAD_BEGINS = 1_700_000_000_000;

/** So many connections at once, of which segments are made as they are asked for: nothing of them is kept here. */
export class Load {
	private readonly decoder = new TcpDecoder();
	private readonly conversations: Conversation[];
	private turn = 0;

	/** `from`: the number of the first connection. */
	constructor(connections: number, from = 0) {
		const frames = new FrameWriter();
		this.conversations = Array.from({ length: connections }, (_, i) => new Conversation(frames, from + i, Math.imul(i, 0x9e3779b1)));
	}

	/** The handshakes of all connections. */
	*handshakes(): Generator<Segment, void, void> {
		for (const conversation of this.conversations) {
			for (const packet of conversation.handshake(LOAD_BEGINS)) yield this.decoder.decode(packet) as Segment;
		}
	}

	/** The next payloads, one of each connection in turn. */
	payloads(count: number, bytes: number, ms = LOAD_BEGINS): Segment[] {
		return Array.from({ length: count }, () => {
			const conversation = this.conversations[this.turn] as Conversation;
			this.turn = (this.turn + 1) % this.conversations.length;
			return this.decoder.decode(conversation.data(true, bytes, ms)) as Segment;
		});
	}
}
