import type { Origin } from '../parser.js';
import type { Framing } from './framing.js';
import { MessageParser } from './library.js';
import { MessageDraft, type MessageHead } from './message.js';
import { StartLineSearch } from './startLineSearch.js';

/** Bytes of one direction that wait until the other direction says how to read them. */
const WAITING_BYTES_MAX = 256 * 1024;

/** What one direction asks, and tells. */
export interface SideEvents {
	/** Whether the next message may be read; if not, its bytes wait. */
	mayBegin(): boolean;
	/** A head is whole; answers how the body is delimited. */
	head(draft: MessageDraft): Framing;
	/** A head was cut: what is known of it is all that there will be. */
	cut(draft: MessageDraft): void;
	/** A message has ended, whole or not; its head is known. */
	end(draft: MessageDraft): void;
	/** The boundaries of messages were lost: nobody knows how many are missing. */
	lost(): void;
}

/** One direction of a connection: cuts its bytes into messages, and finds the next one where that has failed. */
export class Side {
	/** It has become something else than HTTP. */
	opaque = false;
	ended = false;
	private readonly parser: MessageParser;
	private draft: MessageDraft | undefined;
	private search: StartLineSearch | undefined;
	private readonly waiting: { readonly bytes: Uint8Array; readonly origin: Origin }[] = [];
	private waitingBytes = 0;
	/** What waits is read now, whether or not it is known how. */
	private forced = false;

	constructor(
		private readonly type: 'REQUEST' | 'RESPONSE',
		private readonly events: SideEvents,
		private readonly maxBodyBytes: number,
	) {
		this.parser = new MessageParser(type, {
			head: head => this.onHead(head),
			body: bytes => this.draft?.add(bytes),
			end: () => this.finishDraft(true),
		});
	}

	/** Whether it looks for the start of a message. */
	get isSearching(): boolean {
		return this.search !== undefined;
	}

	push(bytes: Uint8Array, origin: Origin): void {
		if (this.opaque) return;
		if (this.waiting.length > 0) this.wait(bytes, origin);
		else this.read(bytes, origin);
	}

	/** Reads what has waited, as far as it may be read now; answers whether that was anything. */
	resume(): boolean {
		const before = this.waitingBytes;
		while (this.waiting.length > 0 && !this.opaque && this.events.mayBegin()) {
			const { bytes, origin } = this.waiting.shift() as { bytes: Uint8Array; origin: Origin };
			this.waitingBytes -= bytes.length;
			this.read(bytes, origin);
		}
		if (this.opaque) this.forgetWaiting();
		return this.waitingBytes < before;
	}

	gap(length: number, origin: Origin): void {
		if (this.opaque) return;
		this.readAllThatWaits();
		if (this.draft !== undefined && length > 0) {
			// Before the parser passes on, since that may end the message.
			this.draft.lose(length);
			if (this.parser.pass(length)) return;
		}
		this.fail();
	}

	end(origin: Origin): void {
		if (this.ended) return;
		this.readAllThatWaits();
		this.ended = true;
		if (this.draft === undefined) return;
		if (this.parser.isUntilClose) this.finishDraft(true);
		else this.abandon();
	}

	private read(bytes: Uint8Array, origin: Origin): void {
		let rest = bytes;
		while (rest.length > 0 && !this.opaque) {
			if (this.search !== undefined) {
				const found = this.search.feed(rest);
				if (found === undefined) return;
				this.search = undefined;
				rest = concatenated(found.line, found.rest);
			}
			const taken = this.readSome(rest, origin);
			if (taken === undefined) return;
			rest = rest.subarray(taken);
		}
	}

	/** Reads to the end of a message at the most; answers how many bytes that took, undefined if they must wait. */
	private readSome(bytes: Uint8Array, origin: Origin): number | undefined {
		if (this.draft === undefined) {
			const blank = countBlank(bytes);
			if (blank > 0) return blank;
			if (!this.canBegin(bytes)) {
				this.fail();
				return 0;
			}
			if (!this.forced && !this.events.mayBegin()) {
				this.wait(bytes, origin);
				return undefined;
			}
			this.draft = new MessageDraft(origin.seen, this.maxBodyBytes);
		}
		this.draft.lastSeen = origin.seen;
		try {
			return this.parser.read(bytes);
		} catch {
			const { taken } = this.parser;
			this.fail();
			return Math.min(taken, bytes.length);
		}
	}

	/** A request begins with a letter, a response with HTTP: so that what is neither is not kept. */
	private canBegin(bytes: Uint8Array): boolean {
		const start = this.type === 'RESPONSE' ? [72, 84, 84, 80] : undefined;
		if (start !== undefined) return start.every((code, i) => i >= bytes.length || bytes[i] === code);
		const first = bytes[0] as number;
		return first >= 65 && first <= 90;
	}

	private wait(bytes: Uint8Array, origin: Origin): void {
		// A copy, so that a small part does not keep the whole block that was read.
		this.waiting.push({ bytes: bytes.slice(), origin });
		this.waitingBytes += bytes.length;
		if (this.waitingBytes > WAITING_BYTES_MAX) this.readAllThatWaits();
	}

	/** Reads what has waited, whether or not it is known how. */
	private readAllThatWaits(): void {
		this.forced = true;
		for (const { bytes, origin } of this.waiting.splice(0)) if (!this.opaque) this.read(bytes, origin);
		this.waitingBytes = 0;
		this.forced = false;
	}

	private forgetWaiting(): void {
		this.waiting.length = 0;
		this.waitingBytes = 0;
	}

	private onHead(head: MessageHead): Framing {
		if (!isHttp1(head)) throw new Error(`HTTP/${head.version} is not read`);
		const draft = this.draft as MessageDraft;
		draft.open(head);
		return this.events.head(draft);
	}

	private finishDraft(whole: boolean): void {
		const draft = this.draft as MessageDraft;
		this.draft = undefined;
		draft.finish(whole);
		this.events.end(draft);
	}

	/** Gives up on the message at hand, and looks for the next. */
	private fail(): void {
		this.abandon();
		this.parser.reset();
		this.search = new StartLineSearch(this.type);
		this.events.lost();
	}

	/** Ends the message at hand where it is; one of which not even the start line is known is dropped. */
	private abandon(): void {
		const { draft } = this;
		if (draft === undefined) return;
		const { partialHead } = this.parser;
		if (draft.head === undefined && partialHead !== undefined && isHttp1(partialHead)) {
			draft.open(partialHead);
			this.events.cut(draft);
		}
		if (draft.head !== undefined) this.finishDraft(false);
		this.draft = undefined;
	}
}

function isHttp1({ version }: MessageHead): boolean {
	return version.startsWith('1.');
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
	const joined = new Uint8Array(a.length + b.length);
	joined.set(a);
	joined.set(b, a.length);
	return joined;
}

/** Line ends before a start line, which are to be passed over (RFC 9112, section 2.2). */
function countBlank(bytes: Uint8Array): number {
	let count = 0;
	while (count < bytes.length && (bytes[count] === 13 || bytes[count] === 10)) count++;
	return count;
}
