import type { Packet } from 'rx-reassembly';
import { Random } from '../test/support/random.js';
import { Conversation } from './conversation.js';
import { FrameWriter } from './frameWriter.js';

/** What a generated capture looks like. */
export interface Shape {
	/** Connections that are live at a time. */
	readonly live: number;
	/** Packets of a connection that carry payload, on average. */
	readonly length: number;
	/** Bytes of a payload, of a number from 0 to 1. */
	readonly payload: (random: number) => number;
	/** Share of payload packets that come three later than they were sent. */
	readonly reordered: number;
	/** Share of payload packets that were not captured. */
	readonly lost: number;
}

const full = () => 1460;
const mix = (random: number) => (random < 0.3 ? 1 + Math.floor(random * 300) : random < 0.7 ? 100 + Math.floor(random * 1100) : 1460);

export const shapes = {
	bulk: { live: 50, length: 2000, payload: full, reordered: 0, lost: 0 },
	mixed: { live: 1000, length: 40, payload: mix, reordered: 0.01, lost: 0 },
	small: { live: 500, length: 4, payload: mix, reordered: 0, lost: 0 },
	lossy: { live: 500, length: 200, payload: mix, reordered: 0.05, lost: 0.01 },
} satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;

/** Makes about `count` packets of a shape, 10 µs apart: the same for the same seed. */
export function* packetsOf(shape: Shape, count: number, seed = 1): Generator<Packet, void, void> {
	const numbers = new Random(seed);
	const random = () => numbers.fraction();
	const frames = new FrameWriter();
	let opened = 0;
	let made = 0;
	const open = () => new Story(new Conversation(frames, opened++, Math.floor(random() * 0x1_0000_0000)), shape, random);
	const stories = Array.from({ length: shape.live }, open);
	for (let i = 0; made < count; i = (i + 1) % stories.length) {
		const packets = stories[i]?.step(1_700_000_000_000 + Math.floor(made / 100)) ?? [];
		if (packets === 'over') stories[i] = open();
		else {
			made += packets.length;
			yield* packets;
		}
	}
}

/** One connection of a shape: what is captured of it, step by step. */
class Story {
	private left: number;
	private started = false;
	private readonly late: { packet: Packet; steps: number }[] = [];

	constructor(
		private readonly conversation: Conversation,
		private readonly shape: Shape,
		private readonly random: () => number,
	) {
		this.left = Math.ceil(shape.length * (0.5 + random()));
	}

	step(ms: number): Packet[] | 'over' {
		if (!this.started) {
			this.started = true;
			return this.conversation.handshake(ms);
		}
		if (this.left < 0) return 'over';
		this.left--;
		if (this.left < 0) return [...this.late.splice(0).map(({ packet }) => packet), ...this.conversation.end(ms)];
		return [...this.captured(this.conversation.data(this.random() < 0.6, this.shape.payload(this.random()), ms)), ...this.due()];
	}

	private captured(packet: Packet): Packet[] {
		const chance = this.random();
		if (chance < this.shape.lost) return [];
		if (chance >= this.shape.lost + this.shape.reordered) return [packet];
		this.late.push({ packet, steps: 4 });
		return [];
	}

	private due(): Packet[] {
		for (const one of this.late) one.steps--;
		const first = this.late[0];
		if (first === undefined || first.steps > 0) return [];
		this.late.shift();
		return [first.packet];
	}
}
