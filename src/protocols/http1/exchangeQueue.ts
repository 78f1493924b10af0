import type { Ends } from '../parser.js';
import type { HttpExchange, MessageDraft } from './message.js';

/** Requests that may wait for their responses; beyond it, the oldest is given up on. */
const PENDING_MAX = 1024;

/** An exchange in the making. */
export interface Entry {
	readonly request: MessageDraft | undefined;
	response: MessageDraft | undefined;
	/** No response will come. */
	unanswered: boolean;
	readonly interim: number[];
	upgrade: string | null;
}

/**
 * The exchanges of one connection that are not finished, in the order of their requests, and the rule that pairs them.
 *
 * Responses come in the order of the requests (RFC 9112, section 9.3.2). Where messages were lost, no pair is better than a
 * wrong one: a response that began before the oldest request was sent answers one that was lost; and if responses were
 * lost while more than one request was under way, none of those is paired any more.
 */
export class ExchangeQueue {
	private readonly entries: Entry[] = [];
	/** Responses to come that may answer requests which were given up on. */
	private doubtful = 0;
	private requestsLost = false;
	private responsesLost = false;

	constructor(
		private readonly ends: Ends,
		private readonly emit: (exchange: HttpExchange) => void,
	) {}

	/** The oldest request that has no response yet. */
	get next(): Entry | undefined {
		return this.entries.find(isPending);
	}

	addRequest(request: MessageDraft): Entry {
		const entry = entryOf(request);
		this.entries.push(entry);
		const oldest = this.next;
		if (this.entries.length > PENDING_MAX && oldest !== undefined) {
			oldest.unanswered = true;
			this.doubtful++;
		}
		return entry;
	}

	/** The exchange that a response belongs to; a new one if its request is not known. */
	addResponse(response: MessageDraft): Entry {
		const entry = this.requestOf(response) ?? this.withoutRequest();
		entry.response = response;
		return entry;
	}

	loseRequests(): void {
		this.requestsLost = true;
	}

	loseResponses(): void {
		const pending = this.entries.filter(isPending);
		this.responsesLost = pending.length > 0;
		if (pending.length < 2) return;
		this.doubtful += pending.length;
		this.giveUp();
	}

	/** No more responses will come for what is pending. */
	giveUp(): void {
		for (const entry of this.entries) if (isPending(entry)) entry.unanswered = true;
	}

	/** Emits what is finished, up to the first that is not. */
	emitFinished(): void {
		for (let first = this.entries[0]; first !== undefined && isFinished(first); first = this.entries[0]) {
			this.entries.shift();
			this.emit(exchangeOf(first, this.ends));
		}
	}

	private requestOf(response: MessageDraft): Entry | undefined {
		const isEarlier = ({ request }: Entry) => (request as MessageDraft).began.ms <= response.began.ms;
		if (this.doubtful > 0) {
			this.doubtful--;
			return undefined;
		}
		const pending = this.entries.filter(isPending);
		const oldest = pending[0];
		if (oldest === undefined || (this.requestsLost && !isEarlier(oldest))) return undefined;
		this.requestsLost = false;
		if (!this.responsesLost) return oldest;
		// A client that does not pipeline has had the answers to all its requests but the last.
		this.responsesLost = false;
		const answered = pending.findLast(isEarlier) ?? oldest;
		for (const entry of pending.slice(0, pending.indexOf(answered))) entry.unanswered = true;
		return answered;
	}

	private withoutRequest(): Entry {
		const entry = entryOf(undefined);
		const place = this.entries.findIndex(isPending);
		this.entries.splice(place < 0 ? this.entries.length : place, 0, entry);
		return entry;
	}
}

function entryOf(request: MessageDraft | undefined): Entry {
	return { request, response: undefined, unanswered: false, interim: [], upgrade: null };
}

function isPending(entry: Entry): boolean {
	return entry.request !== undefined && entry.response === undefined && !entry.unanswered;
}

function isFinished({ request, response, unanswered }: Entry): boolean {
	return (request === undefined || request.done) && (response === undefined ? unanswered : response.done);
}

function exchangeOf({ request, response, interim, upgrade }: Entry, { client, server }: Ends): HttpExchange {
	return {
		client,
		server,
		time: (request ?? (response as MessageDraft)).began,
		durationMs: request && response ? response.lastSeen.ms - request.began.ms : null,
		request: request?.request() ?? null,
		response: response?.response(interim) ?? null,
		upgrade,
	};
}
