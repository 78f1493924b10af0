import { newWins, type OverlapPolicy } from '../../src/assembly/overlap.js';

/** A segment as it came: its place in the stream, and how many bytes behind it the capture cut off. */
interface Origin {
	readonly start: number;
	readonly end: number;
	readonly missing: number;
	/** It came with the SYN, and nobody has acknowledged it: whatever comes for its place counts instead. */
	readonly tentative?: boolean;
}

/** One byte that is held. */
interface HeldByte {
	readonly byte: number;
	readonly origin: Origin;
}

/** What a {@link Twin} can be told; as the options of the engine. */
export interface TwinOptions {
	readonly overlap: OverlapPolicy;
	readonly midstream: 'wait' | 'pickup';
	readonly maxGap: number;
	readonly maxHeldBytesPerFlow: number;
}

/**
 * One flow, done the slow and obvious way: a Map from positions to bytes. Positions are plain numbers, 0 is the first
 * byte behind the SYN; sequence numbers and their wrap are not its business.
 */
export class Twin {
	/** What was delivered, `.` for each byte that was skipped. */
	text = '';
	/** It began with a skip of unknown size. */
	startUnknown = false;
	closed: 'fin' | 'eof' | undefined;
	skipped = 0;
	dropped = 0;
	/** Different bytes came for a place while it was held. */
	conflict = false;
	private cursor: number | undefined;
	private first = 0;
	private synSeen = false;
	private fin: number | undefined;
	private lastHole = { start: 0, end: 0 };
	private readonly held = new Map<number, HeldByte>();

	constructor(private readonly options: TwinOptions) {}

	get bytes(): number {
		return this.text.length - this.skipped;
	}

	/** Its SYN, with payload. */
	syn(bytes: Uint8Array): void {
		if (this.cursor === undefined) {
			this.cursor = 0;
			this.drain();
		}
		if (this.first === 0) this.synSeen = true;
		const waits = this.held.size > 0 || this.fin !== undefined;
		if (this.cursor === 0 && this.closed === undefined && (!waits || this.holdsTentative)) {
			const origin = { start: 0, end: bytes.length, missing: 0, tentative: true };
			bytes.forEach((byte, i) => {
				this.receive(i, byte, origin);
			});
			while (this.held.size > this.options.maxHeldBytesPerFlow) this.skipHole();
		} else this.data(0, bytes, 0, false);
	}

	/** Payload that begins at a position, a tail that was cut off, a FIN behind both. */
	data(at: number, bytes: Uint8Array, missing: number, fin: boolean): void {
		const end = at + bytes.length;
		if (end + missing === at && !fin) return;
		if (this.closed !== undefined) {
			const behindFin = end - (this.fin as number);
			// A byte in the place of the FIN is a keepalive.
			if (behindFin > 1) this.dropped += Math.min(bytes.length, behindFin);
			return;
		}
		if (this.cursor === undefined && this.options.midstream === 'pickup') this.pickUp(at);
		if (!this.isNear(at)) {
			this.dropped += bytes.length;
			return;
		}
		if (this.holdsTentative && at > (this.cursor as number)) this.commit(at);
		if (fin) this.noteFin(end + missing);
		const cutsFin = this.fin !== undefined && end > this.fin;
		const origin = { start: at, end, missing: cutsFin ? 0 : missing };
		bytes.forEach((byte, i) => {
			this.receive(at + i, byte, origin);
		});
		if (bytes.length === 0 && missing > 0) this.passTo(at);
		if (this.cursor !== undefined && end <= this.cursor) this.pass(end + origin.missing);
		this.drain();
		while (this.held.size > this.options.maxHeldBytesPerFlow) this.skipHole();
	}

	/** Stops waiting. */
	flush(): void {
		while (this.closed === undefined && (this.held.size > 0 || this.fin !== undefined)) this.skipHole();
	}

	end(): void {
		this.flush();
		this.closed ??= 'eof';
	}

	/** Of what begins there nothing was captured: only what is held makes it worth waiting. */
	private passTo(at: number): void {
		const isBehindFin = this.fin !== undefined && at > this.fin;
		if (this.cursor !== undefined && this.held.size === 0 && !isBehindFin) this.pass(at);
	}

	private receive(position: number, byte: number, origin: Origin): void {
		const { cursor, fin, lastHole } = this;
		if (fin !== undefined && position >= fin) {
			this.dropped++;
			return;
		}
		if (cursor !== undefined && position < cursor) {
			const isBeforeStart = !this.synSeen && position < this.first;
			const isInHole = position >= lastHole.start && position < lastHole.end;
			if (isBeforeStart || isInHole) this.dropped++;
			return;
		}
		const older = this.held.get(position);
		if (older !== undefined && older.byte !== byte) this.conflict = true;
		if (older === undefined || older.origin.tentative || newWins(this.options.overlap, origin, older.origin))
			this.held.set(position, { byte, origin });
	}

	private drain(): void {
		for (let found = this.take(); found !== undefined; found = this.take()) {
			const { byte, origin } = found;
			this.text += String.fromCharCode(byte);
			this.cursor = (this.cursor as number) + 1;
			if (this.cursor === origin.end) this.pass(origin.end + origin.missing);
		}
		if (this.fin !== undefined && this.cursor === this.fin) this.closed ??= 'fin';
	}

	private take(): HeldByte | undefined {
		if (this.cursor === undefined) return undefined;
		const found = this.held.get(this.cursor);
		if (found?.origin.tentative) return undefined;
		this.held.delete(this.cursor);
		return found;
	}

	private skipHole(): void {
		const target = this.lowest as number;
		if (this.holdsTentative) {
			this.commit(Number.POSITIVE_INFINITY);
			return;
		}
		if (this.cursor === undefined) this.pickUp(target);
		else this.pass(target);
		this.drain();
	}

	/** What is held at the cursor is the payload of the SYN. */
	private get holdsTentative(): boolean {
		return this.cursor !== undefined && this.held.get(this.cursor)?.origin.tentative === true;
	}

	/** Takes the payload of the SYN for delivered, up to a position. */
	private commit(end: number): void {
		while (this.holdsTentative && (this.cursor as number) < end) {
			const cursor = this.cursor as number;
			this.text += String.fromCharCode((this.held.get(cursor) as HeldByte).byte);
			this.held.delete(cursor);
			this.cursor = cursor + 1;
		}
		this.drain();
	}

	private pickUp(at: number): void {
		this.cursor = at;
		this.first = at;
		this.startUnknown = true;
	}

	/** Skips to a position, but not what is there. */
	private pass(to: number): void {
		const from = this.cursor as number;
		const target = Math.min(to, this.lowest ?? to);
		if (target <= from) return;
		this.cursor = target;
		this.lastHole = { start: this.lastHole.end === from ? this.lastHole.start : from, end: target };
		if (this.startUnknown && this.text === '') return;
		this.text += '.'.repeat(target - from);
		this.skipped += target - from;
	}

	private noteFin(at: number): void {
		if (this.fin !== undefined || (this.cursor !== undefined && at < this.cursor)) return;
		this.fin = at;
		for (const position of [...this.held.keys()]) {
			if (position < at) continue;
			this.held.delete(position);
			this.dropped++;
		}
	}

	/** The lowest position of what waits. */
	private get lowest(): number | undefined {
		return this.held.size > 0 ? Math.min(...this.held.keys()) : this.fin;
	}

	private isNear(at: number): boolean {
		const { maxGap } = this.options;
		if (this.cursor !== undefined) return at - this.cursor <= maxGap;
		const { lowest } = this;
		if (lowest === undefined) return true;
		const end = this.fin ?? Math.max(...this.held.keys()) + 1;
		return Math.abs(at - lowest) <= maxGap && end - at <= maxGap;
	}
}
