import { type Packet, TcpFlag } from 'rx-reassembly';
import type { FrameWriter } from './frameWriter.js';

/** One connection that packets are made of, in order: handshake, payload in both directions, end. */
export class Conversation {
	private clientSeq: number;
	private serverSeq: number;

	constructor(
		private readonly frames: FrameWriter,
		private readonly connection: number,
		isn: number,
	) {
		this.clientSeq = isn;
		this.serverSeq = isn ^ 0x5555_5555;
	}

	handshake(ms: number): Packet[] {
		return [this.send(false, TcpFlag.syn, 0, ms), this.send(true, TcpFlag.syn | TcpFlag.ack, 0, ms), this.send(false, TcpFlag.ack, 0, ms)];
	}

	/** The next payload of one side: so many bytes, or these. */
	data(fromServer: boolean, payload: number | Uint8Array, ms: number): Packet {
		return this.send(fromServer, TcpFlag.ack | TcpFlag.psh, payload, ms);
	}

	end(ms: number): Packet[] {
		return [
			this.send(true, TcpFlag.ack | TcpFlag.fin, 0, ms),
			this.send(false, TcpFlag.ack | TcpFlag.fin, 0, ms),
			this.send(true, TcpFlag.ack, 0, ms),
		];
	}

	private send(fromServer: boolean, flags: number, payload: number | Uint8Array, ms: number): Packet {
		const { connection } = this;
		const seq = fromServer ? this.serverSeq : this.clientSeq;
		const ack = flags & TcpFlag.ack ? (fromServer ? this.clientSeq : this.serverSeq) : 0;
		const length = typeof payload === 'number' ? payload : payload.length;
		const taken = length + (flags & (TcpFlag.syn | TcpFlag.fin) ? 1 : 0);
		if (fromServer) this.serverSeq = (seq + taken) | 0;
		else this.clientSeq = (seq + taken) | 0;
		return this.frames.packet({ connection, fromServer, seq, ack, flags, payload, ms });
	}
}
