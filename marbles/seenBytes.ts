import { distance } from '../src/assembly/sequence.js';
import { TcpFlag } from '../src/wire/segment.js';
import type { PacketLine } from './packetLine.js';

/** Bytes of one side, counted from its first ones; the first is included, the last is not. */
interface Range {
	readonly from: number;
	readonly to: number;
}

/** What one side has sent so far, to tell what it sends again; it does not matter what became of it. */
export class SeenBytes {
	private ranges: readonly Range[] = [];
	private readonly marks = new Set<string>();
	private first: number | undefined = undefined;
	private isn: number | undefined = undefined;

	/**
	 * Notes a packet.
	 *
	 * @returns how many of its bytes had been sent before, and whether its SYN or its FIN had.
	 */
	add({ flags, seq, payload, cut }: PacketLine): { readonly bytes: number; readonly control: boolean } {
		const isSyn = (flags & TcpFlag.syn) !== 0;
		if (isSyn && this.isn !== seq) this.begin(seq);
		const start = isSyn ? seq + 1 : seq;
		this.first ??= start;
		const from = distance(this.first, start);
		const bytes = this.include({ from, to: from + payload.length - cut });
		const control = flags & (TcpFlag.syn | TcpFlag.fin);
		if (control === 0) return { bytes, control: false };
		const mark = `${control} ${(start + payload.length) >>> 0}`;
		const isKnown = this.marks.has(mark);
		this.marks.add(mark);
		return { bytes, control: isKnown };
	}

	/** A SYN with another number is that of a new connection. */
	private begin(isn: number): void {
		this.isn = isn;
		this.first = undefined;
		this.ranges = [];
		this.marks.clear();
	}

	/** @returns how many bytes of the range were there. Ranges never overlap, so that nothing is counted twice. */
	private include(range: Range): number {
		if (range.to === range.from) return 0;
		const touching = this.ranges.filter(({ from, to }) => from <= range.to && range.from <= to);
		const from = Math.min(range.from, ...touching.map(each => each.from));
		const to = Math.max(range.to, ...touching.map(each => each.to));
		this.ranges = [...this.ranges.filter(each => !touching.includes(each)), { from, to }];
		return touching.reduce((sum, each) => sum + Math.min(each.to, range.to) - Math.max(each.from, range.from), 0);
	}
}
