import type { Timestamp } from '../../timestamp.js';
import type { Ends } from '../parser.js';
import type { MessageDraft } from './draft.js';
import type { Http1Limits } from './limits.js';
import type { HttpExchange } from './message.js';

/** An exchange in the making. */
export class Entry {
	/** The final response. */
	response: MessageDraft | undefined = undefined;
	readonly interim: number[] = [];
	/** When the first byte of the response was captured, or of the first interim one. */
	responseBegan: Timestamp | undefined = undefined;
	/** No response will come, or which one it was cannot be told. */
	isGivenUp = false;
	/** It was handed out, finished or not. */
	isEmitted = false;
	/** Requests may have been lost just before this one. */
	isAfterLoss = false;
	/** What the connection was handed over to. */
	upgrade: string | null = null;
	/** Bytes of its finished messages. */
	keptBytes = 0;

	constructor(readonly request: MessageDraft | undefined) {}

	/** Whether it waits for the start of its response. */
	get isPending(): boolean {
		return this.request !== undefined && this.responseBegan === undefined && !this.isGivenUp;
	}

	/** Whether nothing more will be known of its response than is known now. */
	get isDecided(): boolean {
		return this.response !== undefined || this.isGivenUp || this.isEmitted;
	}

	get isFinished(): boolean {
		const { request, response } = this;
		return (request === undefined || request.done) && (response === undefined ? this.isGivenUp : response.done);
	}
}

/** The exchanges of one connection that are not finished, in the order of their requests: they come out in that order. */
export class ExchangeQueue {
	private readonly entries: Entry[] = [];
	private keptBytes = 0;

	constructor(
		private ends: Ends,
		private readonly limits: Http1Limits,
		private readonly emit: (exchange: HttpExchange) => void,
	) {}

	/** Those that wait for the start of their response; all others stand before them. */
	get pending(): readonly Entry[] {
		const first = this.firstPending;
		return first === 0 ? this.entries : this.entries.slice(first);
	}

	get last(): Entry | undefined {
		return this.entries.at(-1);
	}

	/** Who is the client was guessed wrong. */
	swapEnds(): void {
		this.ends = { client: this.ends.server, server: this.ends.client };
	}

	/** Adds a request behind all others. */
	add(entry: Entry): void {
		this.entries.push(entry);
	}

	/** Adds a response without a request, before the requests that are still to be answered. */
	addUnasked(entry: Entry): void {
		this.entries.splice(this.firstPending, 0, entry);
	}

	remove(entry: Entry): void {
		const at = this.entries.indexOf(entry);
		if (at >= 0) this.entries.splice(at, 1);
	}

	/** Counts a message that is finished, but may have to wait. */
	keep(entry: Entry, draft: MessageDraft): void {
		if (entry.isEmitted) return;
		const { keptBytes } = draft;
		entry.keptBytes += keptBytes;
		this.keptBytes += keptBytes;
	}

	/** Emits what is finished, up to the first that is not. */
	emitFinished(): void {
		while (this.entries.length > 0) {
			const first = this.entries[0];
			if (first === undefined || !first.isFinished) return;
			this.emitFirst(first);
		}
	}

	/** Emits the oldest as they stand, as long as too many are kept; answers how many of them had no response. */
	emitExcess(): number {
		let unanswered = 0;
		while (this.isExcessive) {
			const first = this.entries[0];
			if (first === undefined) break;
			if (first.isPending) unanswered++;
			this.emitFirst(first);
		}
		return unanswered;
	}

	private get isExcessive(): boolean {
		const { maxPendingRequests, maxPendingBytes } = this.limits;
		return this.entries.length > 1 && (this.entries.length > maxPendingRequests || this.keptBytes > maxPendingBytes);
	}

	private get firstPending(): number {
		const { entries } = this;
		let first = 0;
		while (first < entries.length && entries[first]?.isPending === false) first++;
		return first;
	}

	private emitFirst(entry: Entry): void {
		this.entries.shift();
		this.keptBytes -= entry.keptBytes;
		entry.isEmitted = true;
		this.emit(exchangeOf(entry, this.ends));
	}
}

function exchangeOf({ request, response, responseBegan, interim, upgrade }: Entry, { client, server }: Ends): HttpExchange {
	const time = request?.began ?? responseBegan;
	if (time === undefined) throw new RangeError('an exchange without messages');
	return {
		client,
		server,
		time,
		durationMs: request && response ? msBetween(request.began, response.lastSeen) : null,
		request: request?.toRequest() ?? null,
		response: response?.toResponse(interim) ?? null,
		upgrade,
	};
}

/** Milliseconds from one moment to another. */
export function msBetween(from: Timestamp, to: Timestamp): number {
	return (to.seconds - from.seconds) * 1000 + (to.nanoseconds - from.nanoseconds) / 1e6;
}
