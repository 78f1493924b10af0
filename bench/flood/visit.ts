import { createHash, type Hash } from 'node:crypto';
import { type Reassembly, type Segment, TcpFlag, type Timestamp } from '../../src/index.js';
import type { BlockForge } from './blockForge.js';
import type { Dice } from './dice.js';

const SERVER = 0xc0a80002;
const SEGMENTS_PER_SIDE = 12;
const PAYLOAD_BYTES_MAX = 1400;

/** Real traffic goes to another port than the flood. */
export const VISITED_PORT = 443;

interface Step {
	readonly fromClient: boolean;
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	readonly payload: Uint8Array;
}

/** What one side sends, and what came of it. */
interface Side {
	readonly sent: Hash;
	readonly received: Hash;
	bytes: number;
	starts: number;
	skips: number;
	closed: string | undefined;
}

/**
 * One real connection: a handshake, data both ways, some of it out of order or twice, and a FIN of each side.
 */
export class Visit {
	private readonly steps: Step[] = [];
	private readonly client = newSide();
	private readonly server = newSide();
	private at = 0;

	constructor(
		private readonly forge: BlockForge,
		/** From 0; decides its ends. */
		private readonly number: number,
		dice: Dice,
	) {
		const [mine, yours] = [dice.next() | 0, dice.next() | 0];
		this.steps.push({ fromClient: true, seq: mine, ack: 0, flags: TcpFlag.syn, payload: noBytes });
		this.steps.push({ fromClient: false, seq: yours, ack: mine + 1, flags: TcpFlag.syn | TcpFlag.ack, payload: noBytes });
		this.steps.push({ fromClient: true, seq: mine + 1, ack: yours + 1, flags: TcpFlag.ack, payload: noBytes });
		const talk = [...this.talk(true, mine + 1, yours + 1, dice), ...this.talk(false, yours + 1, mine + 1, dice)];
		this.steps.push(...talk);
	}

	/** The next segment; undefined when all were given. */
	next(timestamp: Timestamp): Segment | undefined {
		const step = this.steps[this.at++];
		if (step === undefined) return undefined;
		const [client, port] = [0xac100000 + (this.number >>> 4), 20_000 + (this.number & 15)];
		const ends = step.fromClient
			? { source: client, destination: SERVER, sourcePort: port, destinationPort: VISITED_PORT }
			: { source: SERVER, destination: client, sourcePort: VISITED_PORT, destinationPort: port };
		return this.forge.segment({ ...ends, ...step, timestamp });
	}

	/** Takes a chunk that the engine gave of it. */
	receive(chunk: Reassembly): void {
		const side = chunk.direction === 'client' ? this.client : this.server;
		if (chunk.length > 0) side.received.update(chunk.bytes);
		if (chunk.start) side.starts++;
		if (chunk.skip !== 0) side.skips++;
		side.closed = chunk.closed;
	}

	/** What is wrong with what came; undefined if both directions are whole, and ended with a FIN. */
	get problem(): string | undefined {
		for (const [name, { sent, received, starts, skips, closed }] of Object.entries({ client: this.client, server: this.server })) {
			if (starts !== 1 || skips !== 0) return `${name}: ${starts} starts, ${skips} skips`;
			if (sent.digest('hex') !== received.digest('hex')) return `${name}: other bytes`;
			if (closed !== 'fin') return `${name}: closed ${closed}`;
		}
		return undefined;
	}

	private talk(fromClient: boolean, first: number, ack: number, dice: Dice): Step[] {
		const side = fromClient ? this.client : this.server;
		const steps: Step[] = [];
		for (let i = 0; i < SEGMENTS_PER_SIDE; i++) {
			const payload = dice.bytes(1 + dice.below(PAYLOAD_BYTES_MAX));
			const fin = i === SEGMENTS_PER_SIDE - 1 ? TcpFlag.fin : 0;
			steps.push({ fromClient, seq: first + side.bytes, ack, flags: TcpFlag.ack | fin, payload });
			side.sent.update(payload);
			side.bytes += payload.length;
		}
		disturb(steps, dice);
		return steps;
	}
}

const noBytes = new Uint8Array(0);

function newSide(): Side {
	return { sent: createHash('sha256'), received: createHash('sha256'), bytes: 0, starts: 0, skips: 0, closed: undefined };
}

/** Swaps neighbours, and sends some twice. */
function disturb(steps: Step[], dice: Dice): void {
	for (let i = 1; i < steps.length; i++) {
		const [before, here] = [steps[i - 1] as Step, steps[i] as Step];
		if (dice.below(4) === 0) steps.splice(i - 1, 2, here, before);
		else if (dice.below(8) === 0) steps.splice(i, 0, before);
	}
}
