import type { PacketLine } from './packetLine.js';
import { ACK } from './tcpFlags.js';

type Line = Pick<PacketLine, 'connection' | 'version' | 'vlan' | 'direction' | 'flags' | 'seq' | 'seqFromIsn'>;

const SYN = 2;

/**
 * The initial sequence numbers of some packets in the order of time: that of the last SYN before, else of the first one
 * that comes, else 0. Only a SYN with an absolute number tells one.
 */
export class InitialNumbers {
	private readonly known = new Map<string, number>();

	constructor(lines: readonly Line[]) {
		for (const line of [...lines].reverse()) this.note(line);
	}

	/** Where the stream of the line's speaker, or of the other side, begins. */
	of(line: Line, side: 'speaker' | 'other'): number {
		return this.known.get(keyOf(line, side)) ?? 0;
	}

	/** Whether a SYN told it. */
	knows(line: Line, side: 'speaker' | 'other'): boolean {
		return this.known.has(keyOf(line, side));
	}

	/** The next packet, with absolute numbers; the same object if it has them. */
	absolute(line: PacketLine): PacketLine {
		this.note(line);
		if (!line.seqFromIsn && !line.ackFromIsn) return line;
		const seq = line.seqFromIsn ? (line.seq + this.of(line, 'speaker')) % 2 ** 32 : line.seq;
		const ack = line.ackFromIsn ? (line.ack + this.of(line, 'other')) % 2 ** 32 : line.ack;
		return { ...line, seq, ack, seqFromIsn: false, ackFromIsn: false };
	}

	/** The next packet, with numbers that count from the initial ones where those are known; a SYN keeps its own. */
	relative(line: PacketLine): PacketLine {
		this.note(line);
		const seqFromIsn = (line.flags & SYN) === 0 && this.knows(line, 'speaker');
		const ackFromIsn = (line.flags & ACK) !== 0 && this.knows(line, 'other');
		const seq = seqFromIsn ? (line.seq - this.of(line, 'speaker')) >>> 0 : line.seq;
		const ack = ackFromIsn ? (line.ack - this.of(line, 'other')) >>> 0 : line.ack;
		return { ...line, seq, ack, seqFromIsn, ackFromIsn };
	}

	private note(line: Line): void {
		if ((line.flags & SYN) !== 0 && !line.seqFromIsn) this.known.set(keyOf(line, 'speaker'), line.seq);
	}
}

function keyOf({ connection, version, vlan, direction }: Line, side: 'speaker' | 'other'): string {
	const isClient = (direction === 'client') === (side === 'speaker');
	return `${connection} ${version} ${vlan} ${isClient}`;
}
