import { Timestamp } from '../../timestamp.js';
import { MessageDraft, type MessageHead } from './draft.js';
import type { Framing } from './framing.js';
import { Inlet } from './inlet.js';
import type { Http1Limits } from './limits.js';
import { MessageParser } from './messageParser.js';
import type { SideEvents } from './sideEvents.js';
import { beginsWithKnownStartLine, beginsWithStartLine, type MessageType } from './startLine.js';
import { searchStartLine } from './startLineSearch.js';

/** Start lines longer than this are not found after a loss. */
const SEARCHED_LINE_BYTES_MAX = 8 * 1024;
const CR = 13;
const NEWLINE = 10;

/**
 * - `start`: before a message;
 * - `message`: in one;
 * - `doubt`: between a head and its body, which may have been left out;
 * - `search`: somewhere, looking for a start line;
 * - `opaque`: it has become something else than HTTP.
 */
type State = 'start' | 'message' | 'doubt' | 'search' | 'opaque';

/** How a step went: something was done; more bytes are needed; the other direction must say something first. */
type Step = 'done' | 'more' | 'blocked';

/** One direction of a connection: cuts its bytes into messages, and finds the next one where that has failed. */
export class Side {
	private inlet = new Inlet();
	private readonly parser: MessageParser;
	private state: State = 'start';
	private draft: MessageDraft | undefined = undefined;
	/** When the last byte was captured that is no line end before a message. */
	private lastSeen: Timestamp | undefined = undefined;
	/** The parser has come to the end of the message. */
	private isOver = false;
	/** The bytes up to the next line end belong to something that was given up. */
	private isWithinLine = false;
	/** What comes after the message at hand is something else than HTTP. */
	private isLast = false;
	/** It was told that nothing more will come. */
	isClosing = false;
	private isClosed = false;

	constructor(
		private readonly type: MessageType,
		private readonly events: SideEvents,
		private readonly limits: Http1Limits,
	) {
		const parserEvents = {
			head: (head: MessageHead) => this.onHead(head),
			mayReadBody: () => this.state !== 'doubt',
			body: (bytes: Uint8Array) => this.draft?.add(bytes),
			trailers: (fields: readonly string[]) => this.onTrailers(fields),
			end: () => this.onEnd(),
		};
		this.parser = new MessageParser(type, parserEvents, limits.maxHeadBytes);
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
	}

	push(bytes: Uint8Array, seen: Timestamp): void {
		if (!this.isClosing) this.inlet.push(bytes, seen);
	}

	gap(length: number): void {
		if (!this.isClosing) this.inlet.interrupt(length);
	}

	end(): void {
		if (this.isClosing) return;
		this.isClosing = true;
		this.inlet.interrupt('end');
	}

	/** Reads what came, as far as the other direction allows; answers whether that was anything. */
	run(): boolean {
		let ran = false;
		while (!this.isClosed && this.step()) ran = true;
		this.inlet.settle();
		return ran;
	}

	/** Keeps what came until it can be read. */
	wait(): void {
		this.inlet.settle();
	}

	/** It speaks something else from here on, or from the end of the message at hand. */
	becomeOpaque(): void {
		this.isLast = true;
		if (this.draft === undefined) this.state = 'opaque';
	}

	private step(): boolean {
		const step = this.read();
		if (step !== 'more') return step === 'done';
		const { stop } = this.inlet;
		if (stop === undefined) return false;
		if (stop === 'end') this.onClose();
		else this.onGap(stop);
		this.inlet.passStop();
		return true;
	}

	private read(): Step {
		switch (this.state) {
			case 'start':
				return this.readStart();
			case 'message':
				return this.draft === undefined ? 'more' : this.readMessage(this.draft);
			case 'doubt':
				return this.draft === undefined ? 'more' : this.readDoubtful(this.draft);
			case 'search':
				return this.readSearch();
			case 'opaque':
				this.inlet.take(this.inlet.visible.length);
				return 'more';
		}
	}

	private readStart(): Step {
		const { inlet, limits, events } = this;
		if (!events.mayLook(this.isFull)) return 'blocked';
		this.passBlank();
		const { visible } = inlet;
		if (visible.length === 0) return 'more';
		const begins = beginsWithStartLine(this.type, visible, limits.maxHeadBytes);
		if (begins === undefined) return 'more';
		if (!begins) {
			this.lose();
			return 'done';
		}
		if (!events.mayBegin(inlet.seen, this.isFull)) return 'blocked';
		this.draft = new MessageDraft(inlet.seen, limits.maxBodyBytes);
		this.draft.isAdjacent = this.lastSeen !== undefined && Timestamp.compare(this.lastSeen, inlet.seen) === 0;
		this.state = 'message';
		return 'done';
	}

	private readMessage(draft: MessageDraft): Step {
		const { inlet, parser } = this;
		const { visible } = inlet;
		if (visible.length === 0) return 'more';
		const room = parser.isInHead ? this.limits.maxHeadBytes - draft.headBytes : visible.length;
		if (room === 0) {
			this.fail(draft);
			return 'done';
		}
		const isRead = parser.read(room < visible.length ? visible.subarray(0, room) : visible);
		if (!draft.isOpen) draft.headBytes += parser.taken;
		inlet.take(parser.taken);
		if (!isRead) this.fail(draft);
		else if (this.isOver) this.finish(draft);
		return 'done';
	}

	/** The body that was announced, or the next message in its place. */
	private readDoubtful(draft: MessageDraft): Step {
		const { visible, stop } = this.inlet;
		if (visible.length === 0) return 'more';
		const isNext = beginsWithKnownStartLine(this.type, visible, SEARCHED_LINE_BYTES_MAX);
		if (isNext === undefined && stop === undefined && this.events.isBodyOmitted(this.isFull) !== false) return 'more';
		const isOmitted = isNext === true && this.events.isBodyOmitted(this.isFull);
		if (isOmitted === undefined) return 'blocked';
		if (isOmitted) {
			this.parser.reset();
			draft.broken = true;
			this.finish(draft);
		} else {
			this.state = 'message';
		}
		return 'done';
	}

	private readSearch(): Step {
		const { inlet, limits } = this;
		if (!this.events.mayLook(this.isFull)) return 'blocked';
		if (this.isWithinLine) {
			const end = inlet.visible.indexOf(NEWLINE);
			inlet.take(end < 0 ? inlet.visible.length : end + 1);
			if (end < 0) return 'more';
			this.isWithinLine = false;
		}
		const { found, at } = searchStartLine(this.type, inlet.visible, Math.min(SEARCHED_LINE_BYTES_MAX, limits.maxHeadBytes));
		inlet.take(at);
		if (at > 0) this.lastSeen = inlet.takenSeen;
		if (!found) return 'more';
		this.state = 'start';
		return 'done';
	}

	/** Passes over line ends before a start line (RFC 9112, section 2.2). */
	private passBlank(): void {
		const { visible } = this.inlet;
		let count = 0;
		while (visible[count] === CR || visible[count] === NEWLINE) count++;
		if (count > 0) this.inlet.take(count);
	}

	private get isFull(): boolean {
		return this.inlet.heldBytes > this.limits.maxWaitingBytes;
	}

	private onHead(head: MessageHead): Framing {
		const { draft } = this;
		if (draft === undefined) throw new Error('no message');
		draft.headBytes += this.parser.taken;
		draft.open(head);
		const framing = this.events.head(draft);
		if (typeof framing === 'number') draft.announce(framing);
		if (framing !== 'none' && this.events.mayOmitBody(draft)) this.state = 'doubt';
		return framing;
	}

	private onTrailers(fields: readonly string[]): void {
		if (this.draft !== undefined) this.draft.trailers = fields;
	}

	private onEnd(): void {
		this.isOver = true;
	}

	private onGap(length: number): void {
		const { draft } = this;
		if (this.state === 'opaque') return;
		if (draft === undefined) this.lose();
		else this.loseWithin(draft, length);
		this.isWithinLine = false;
	}

	private loseWithin(draft: MessageDraft, length: number): void {
		const { parser } = this;
		const lost = Math.max(length, 0);
		const { remaining } = parser;
		const isWithin = parser.isUntilClose || (remaining !== undefined && length > 0 && length <= remaining);
		draft.lose(isWithin || remaining === undefined || parser.isChunked ? lost : Math.min(lost, remaining));
		if (!isWithin) this.fail(draft);
		else if (!parser.isUntilClose) parser.pass(length);
		if (this.isOver) this.finish(draft);
		else if (this.state === 'doubt') this.state = 'message';
	}

	private onClose(): void {
		const { draft } = this;
		this.isClosed = true;
		if (draft !== undefined && this.parser.isUntilClose) this.finish(draft);
		else if (draft !== undefined) this.cut(draft);
		this.events.over();
	}

	/** Gives up on the message at hand, and looks for the next. */
	private fail(draft: MessageDraft): void {
		this.isWithinLine = this.parser.isWithinLine;
		this.cut(draft);
		this.lose();
	}

	private lose(): void {
		this.state = this.isLast ? 'opaque' : 'search';
		this.events.lost();
	}

	/** Ends the message at hand where it is; one of which not even the start line is known is dropped. */
	private cut(draft: MessageDraft): void {
		const { partialHead } = this.parser;
		draft.broken = true;
		if (!draft.isOpen && partialHead !== undefined) {
			draft.open(partialHead);
			this.tellOfCut(draft);
		}
		this.parser.reset();
		if (draft.isOpen) this.finish(draft);
		this.draft = undefined;
	}

	private tellOfCut(draft: MessageDraft): void {
		try {
			this.events.head(draft);
		} catch {
			// How its body would have been delimited does not matter any more.
		}
	}

	private finish(draft: MessageDraft): void {
		this.draft = undefined;
		this.isOver = false;
		this.state = this.isLast ? 'opaque' : 'start';
		draft.lastSeen = this.inlet.takenSeen;
		this.lastSeen = draft.lastSeen;
		draft.done = true;
		this.events.end(draft);
	}
}
