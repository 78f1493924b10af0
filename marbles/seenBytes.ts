import { distance } from '../src/assembly/sequence.js';
import type { PacketLine } from './packetLine.js';
import { ACK } from './tcpFlags.js';

/** Bytes of one side, counted from its first ones; the first is included, the last is not. */
interface Range {
	readonly from: number;
	readonly to: number;
}

const SYN = 2;
const FIN = 1;

/** What one side has sent so far, to tell what it sends again; it does not matter what became of it. */
export class SeenBytes {
	private ranges: readonly Range[] = [];
	private readonly marks = new Set<string>();
	private first: number | undefined = undefined;
	private isn: number | undefined = undefined;

	/** Notes a packet. @returns how many of its bytes had been sent before, and whether its SYN or its FIN had. */
	add({ flags, seq, payload, cut }: PacketLine): { readonly bytes: number; readonly control: boolean } {
		const isSyn = (flags & SYN) !== 0;
		if (isSyn && this.isn !== seq) this.begin(seq);
		const start = isSyn ? seq + 1 : seq;
		const length = payload.length - cut;
		this.first ??= start;
		const from = distance(this.first, start);
		const range = { from, to: from + length };
		const bytes = this.ranges.reduce((sum, seen) => sum + Math.max(0, Math.min(seen.to, range.to) - Math.max(seen.from, range.from)), 0);
		if (length > 0) this.include(range);
		const control = (flags & (SYN | FIN)) === 0 ? '' : `${flags & (SYN | FIN | ACK)} ${(start + payload.length) >>> 0}`;
		const isKnown = this.marks.has(control);
		if (control !== '') this.marks.add(control);
		return { bytes, control: isKnown };
	}

	/** A SYN with another number is that of a new connection. */
	private begin(isn: number): void {
		this.isn = isn;
		this.first = undefined;
		this.ranges = [];
		this.marks.clear();
	}

	/** Ranges never overlap, so that nothing is counted twice. */
	private include(range: Range): void {
		const touching = this.ranges.filter(({ from, to }) => from <= range.to && range.from <= to);
		const from = Math.min(range.from, ...touching.map(each => each.from));
		const to = Math.max(range.to, ...touching.map(each => each.to));
		this.ranges = [...this.ranges.filter(each => !touching.includes(each)), { from, to }];
	}
}
