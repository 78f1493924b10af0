import { Timestamp } from '../../timestamp.js';
import { MessageDraft } from './draft.js';
import type { Framing } from './framing.js';
import type { Inlet } from './inlet.js';
import type { ParserEvents } from './libraryParser.js';
import type { Http1Limits } from './limits.js';
import { MessageParser } from './messageParser.js';
import type { SideEvents } from './sideEvents.js';
import { beginsWithKnownStartLine, type MessageType, SEARCHED_LINE_BYTES_MAX, type StartLine } from './startLine.js';

/** How a step went: something was done; the message failed; more bytes are needed; the other direction must say something first. */
export type Step = 'done' | 'failed' | 'more' | 'blocked';

/** Reads messages behind their start lines, one at a time: what follows may be something else. */
export class MessageReader implements ParserEvents {
	/** The message at hand. */
	draft: MessageDraft | undefined = undefined;
	/** When the last byte was captured that is no line end before a message. */
	lastSeen: Timestamp | undefined = undefined;
	private readonly parser: MessageParser;
	/** It stands between a head and its body, which may have been left out. */
	private isInDoubt = false;
	/** The parser has come to the end of the message. */
	private isOver = false;
	/** Where the parser began in the block that it reads. */
	private readFrom = 0;

	constructor(
		private readonly type: MessageType,
		private readonly events: SideEvents,
		private readonly limits: Http1Limits,
	) {
		this.parser = new MessageParser(type, this, limits.maxHeadBytes);
	}

	/** A message begins with this start line, of which so many bytes stand in the inlet. */
	begin(start: StartLine, inlet: Inlet, length: number): void {
		const { seen } = inlet;
		const draft = new MessageDraft(start, seen, this.limits.maxBodyBytes);
		draft.isAdjacent = this.lastSeen !== undefined && Timestamp.compare(this.lastSeen, seen) === 0;
		draft.headBytes = length;
		inlet.take(length);
		this.draft = draft;
		this.parser.begin();
	}

	/** Reads on in the message at hand, to its end at the most. */
	read(draft: MessageDraft, inlet: Inlet, isFull: boolean): Step {
		const { parser } = this;
		const visible = inlet.visibleLength;
		if (visible === 0) return 'more';
		if (this.isInDoubt) return this.readDoubtful(draft, inlet, isFull);
		const room = parser.isInHead ? Math.min(visible, this.limits.maxHeadBytes - draft.headBytes) : visible;
		if (room === 0) return 'failed';
		this.readFrom = inlet.from;
		const isRead = parser.read(inlet, room);
		const taken = parser.takenSince(this.readFrom);
		if (!draft.isOpen) draft.headBytes += taken;
		inlet.take(taken);
		if (!isRead) return 'failed';
		if (this.isOver) this.finish(draft, inlet);
		return 'done';
	}

	/** So many bytes are missing here (-1: nobody knows); answers whether the message goes on behind them, or ended with them. */
	lose(draft: MessageDraft, length: number, inlet: Inlet): boolean {
		const { parser } = this;
		const lost = Math.max(length, 0);
		const { remaining } = parser;
		const isWithin = parser.isUntilClose || (remaining !== undefined && length > 0 && length <= remaining);
		draft.lose(isWithin || remaining === undefined || parser.isChunked ? lost : Math.min(lost, remaining));
		if (!isWithin) return false;
		this.isInDoubt = false;
		if (!parser.isUntilClose) parser.pass(length);
		if (this.isOver) this.finish(draft, inlet);
		return true;
	}

	/** Nothing more will come of the message at hand. */
	close(draft: MessageDraft, inlet: Inlet, isAborted: boolean): void {
		if (this.parser.isUntilClose && !isAborted) this.finish(draft, inlet);
		else this.cut(draft, inlet);
	}

	/** Ends the message at hand where it is; answers whether that was within a line. */
	cut(draft: MessageDraft, inlet: Inlet): boolean {
		const { isWithinLine } = this.parser;
		draft.broken = true;
		if (!draft.isOpen) {
			draft.open(this.parser.partialFields);
			this.tellOfCut(draft);
		}
		this.parser.reset();
		this.finish(draft, inlet);
		return isWithinLine;
	}

	get mayReadBody(): boolean {
		return !this.isInDoubt;
	}

	onHead(fields: readonly string[]): Framing {
		const { draft } = this;
		if (draft === undefined) throw new Error('no message');
		draft.headBytes += this.parser.takenSince(this.readFrom);
		draft.open(fields);
		const framing = this.events.head(draft);
		if (typeof framing === 'number') draft.announce(framing);
		if (framing !== 'none' && this.events.mayOmitBody(draft)) this.isInDoubt = true;
		return framing;
	}

	onBody(bytes: Uint8Array, from: number, to: number): void {
		this.draft?.add(bytes, from, to);
	}

	onTrailers(fields: readonly string[]): void {
		if (this.draft !== undefined) this.draft.trailers = fields;
	}

	onEnd(): void {
		this.isOver = true;
	}

	/** The body that was announced, or the next message in its place. */
	private readDoubtful(draft: MessageDraft, inlet: Inlet, isFull: boolean): Step {
		const isNext = beginsWithKnownStartLine(this.type, inlet.visible, SEARCHED_LINE_BYTES_MAX);
		if (isNext === undefined && inlet.stop === undefined && this.events.isBodyOmitted(isFull) !== false) return 'more';
		const isOmitted = isNext === true && this.events.isBodyOmitted(isFull);
		if (isOmitted === undefined) return 'blocked';
		this.isInDoubt = false;
		if (isOmitted) {
			this.parser.reset();
			draft.broken = true;
			this.finish(draft, inlet);
		}
		return 'done';
	}

	private tellOfCut(draft: MessageDraft): void {
		try {
			this.events.head(draft);
		} catch {
			// How its body would have been delimited does not matter any more.
		}
	}

	private finish(draft: MessageDraft, inlet: Inlet): void {
		this.draft = undefined;
		this.isInDoubt = false;
		this.isOver = false;
		draft.end(inlet.takenSeen);
		this.lastSeen = draft.lastSeen;
		this.events.end(draft);
	}
}
