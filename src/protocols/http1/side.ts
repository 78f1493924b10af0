import type { Timestamp } from '../../timestamp.js';
import { Inlet } from './inlet.js';
import type { Http1Limits } from './limits.js';
import { MessageReader, type Step } from './messageReader.js';
import type { SideEvents } from './sideEvents.js';
import { beginsWithStartLine, type MessageType, SEARCHED_LINE_BYTES_MAX, startLineAt } from './startLine.js';
import { searchStartLine } from './startLineSearch.js';

const CR = 13;
const NEWLINE = 10;

/**
 * What it does where no message is at hand:
 *
 * - `start`: a message begins here;
 * - `search`: somewhere, looking for a start line;
 * - `opaque`: it has become something else than HTTP.
 */
type State = 'start' | 'search' | 'opaque';

/** One direction of a connection: cuts its bytes into messages, and finds the next one where that has failed. */
export class Side {
	private inlet = new Inlet();
	private readonly reader: MessageReader;
	private state: State = 'start';
	/** The bytes up to the next line end belong to something that was given up. */
	private isWithinLine = false;
	/** It was told that nothing more will come. */
	isClosing = false;
	private isClosed = false;
	/** The direction did not end as its sender meant it to: by a RST, or with the capture. */
	private isAborted = false;

	constructor(
		private readonly type: MessageType,
		private readonly events: SideEvents,
		private readonly limits: Http1Limits,
	) {
		this.reader = new MessageReader(type, events, limits);
	}

	/**
	 * Whether it begins with a start line of the other direction, so that who is the client was guessed wrong; undefined as
	 * long as it may.
	 */
	get isMisdirected(): boolean | undefined {
		const { beginning } = this.inlet;
		if (beginning.length === 0) return undefined;
		const other = this.type === 'REQUEST' ? 'RESPONSE' : 'REQUEST';
		return beginsWithStartLine(other, beginning, SEARCHED_LINE_BYTES_MAX) ?? (this.isClosing ? false : undefined);
	}

	/** Two sides that have not read anything yet trade what came. */
	static trade(one: Side, other: Side): void {
		[one.inlet, other.inlet] = [other.inlet, one.inlet];
		[one.isClosing, other.isClosing] = [other.isClosing, one.isClosing];
		[one.isAborted, other.isAborted] = [other.isAborted, one.isAborted];
	}

	push(bytes: Uint8Array, seen: Timestamp): void {
		if (!this.isClosing) this.inlet.push(bytes, seen);
	}

	gap(length: number): void {
		if (!this.isClosing) this.inlet.interrupt(length);
	}

	end(isAborted = false): void {
		if (this.isClosing) return;
		this.isClosing = true;
		this.isAborted = isAborted;
		this.inlet.interrupt('end');
	}

	/** Reads what came, as far as the other direction allows; answers whether that was anything. */
	run(): boolean {
		let ran = false;
		while (!this.isClosed && !this.inlet.isEmpty && this.step()) ran = true;
		this.inlet.settle();
		return ran;
	}

	/** Keeps what came until it can be read. */
	wait(): void {
		this.inlet.settle();
	}

	/** It speaks something else from here on, or from the end of the message at hand. */
	becomeOpaque(): void {
		this.state = 'opaque';
	}

	private step(): boolean {
		const { draft } = this.reader;
		const step = draft === undefined ? this.readBetween() : this.reader.read(draft, this.inlet, this.isFull);
		if (step === 'failed') this.fail();
		if (step !== 'more') return step !== 'blocked';
		const { stop } = this.inlet;
		if (stop === undefined) return false;
		if (stop === 'end') this.onClose();
		else this.onGap(stop);
		this.inlet.passStop();
		return true;
	}

	private readBetween(): Step {
		switch (this.state) {
			case 'start':
				return this.readStart();
			case 'search':
				return this.readSearch();
			case 'opaque':
				this.passOn();
				return 'more';
		}
	}

	private readStart(): Step {
		const { inlet, limits, events } = this;
		if (!events.mayLook(this.isFull)) return 'blocked';
		this.passBlank();
		if (inlet.visibleLength === 0) return 'more';
		const start = startLineAt(this.type, inlet, limits.maxHeadBytes);
		if (start === undefined) return 'more';
		if (start === null) return 'failed';
		const length = inlet.block.lineEnd - inlet.from;
		if (!events.mayBegin(inlet.seen, this.isFull)) return 'blocked';
		if (length > limits.maxHeadBytes) return this.passLine();
		this.reader.begin(start, inlet, length);
		return 'done';
	}

	private passOn(): void {
		const { inlet } = this;
		// What waited lies in memory that is written to again.
		if (inlet.visibleLength > 0) this.events.opaque(inlet.isOwned ? inlet.visible.slice() : inlet.visible);
		inlet.take(inlet.visibleLength);
	}

	/** The start line is as long as a head may be, so there is no head. */
	private passLine(): Step {
		this.inlet.take(this.limits.maxHeadBytes);
		this.isWithinLine = true;
		return 'failed';
	}

	private readSearch(): Step {
		const { inlet, limits } = this;
		if (!this.events.mayLook(this.isFull)) return 'blocked';
		if (this.isWithinLine) {
			const end = inlet.visible.indexOf(NEWLINE);
			inlet.take(end < 0 ? inlet.visibleLength : end + 1);
			if (end < 0) return 'more';
			this.isWithinLine = false;
		}
		const { found, at } = searchStartLine(this.type, inlet.visible, Math.min(SEARCHED_LINE_BYTES_MAX, limits.maxHeadBytes));
		inlet.take(at);
		if (at > 0) this.reader.lastSeen = inlet.takenSeen;
		if (!found) return 'more';
		this.state = 'start';
		return 'done';
	}

	/** Passes over line ends before a start line (RFC 9112, section 2.2). */
	private passBlank(): void {
		const { from, visibleTo } = this.inlet;
		const { bytes } = this.inlet.block;
		let to = from;
		while (to < visibleTo && (bytes[to] === CR || bytes[to] === NEWLINE)) to++;
		this.inlet.take(to - from);
	}

	private get isFull(): boolean {
		return this.inlet.heldBytes > this.limits.maxWaitingBytes;
	}

	private onGap(length: number): void {
		const { draft } = this.reader;
		if (draft === undefined && this.state === 'opaque') {
			this.events.opaqueGap(length);
			return;
		}
		if (draft === undefined || !this.reader.lose(draft, length, this.inlet)) this.fail();
		this.isWithinLine = false;
	}

	private onClose(): void {
		const { draft } = this.reader;
		this.isClosed = true;
		if (draft !== undefined) this.reader.close(draft, this.inlet, this.isAborted);
		this.events.over();
	}

	/** Gives up on the message at hand, if there is one, and looks for the next. */
	private fail(): void {
		const { draft } = this.reader;
		if (draft !== undefined) this.isWithinLine = this.reader.cut(draft, this.inlet);
		if (this.state !== 'opaque') this.state = 'search';
		this.events.lost();
	}
}
