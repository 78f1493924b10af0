import { Timestamp } from '../../timestamp.js';
import { Entry, type ExchangeQueue, msBetween } from './exchangeQueue.js';

/** Captures may show a response before its request, but not by more than this. */
const REORDER_MS_MAX = 1000;

/**
 * The rule that says to which request a response belongs.
 *
 * Responses come in the order of the requests (RFC 9112, section 9.3.2), and as long as nothing was lost that is the rule; a
 * response that began more than a second before the next request answers none (a 408, say).
 *
 * Where messages were lost on either side, the times decide. A client that does not pipeline sends a request when it has
 * the response to the one before, so a response belongs to the last request that began before it, and what came before that
 * one has no response. From there on the order is the rule again. If the client was seen to pipeline, or requests may have
 * been lost just then, that cannot be told, and no pair is better than a wrong one: then a response is only paired when
 * there is a single request that it can belong to. Nor is a response paired then that has the very time of a request: it may
 * be what that request waited for.
 */
export class Pairing {
	/** No more requests will come. */
	requestsAreOver = false;
	/** Responses to come that may belong to requests which were given up. */
	private doubtful = 0;
	/** Requests may have been lost since the last one that was seen. */
	private requestsLost = false;
	/** Responses may have been lost since the last one that was paired. */
	private responsesLost = false;
	/** The client sends requests before it has the responses to those before. */
	private isPipelining = false;

	constructor(private readonly queue: ExchangeQueue) {}

	/** Whether responses may have been lost since the last one that was paired. */
	get areResponsesLost(): boolean {
		return this.responsesLost;
	}

	addRequest(entry: Entry): void {
		const isUnawaited = this.queue.last?.isPending ?? this.requestsLost;
		if (isUnawaited && entry.request?.isAdjacent) this.isPipelining = true;
		entry.isAfterLoss = this.requestsLost;
		this.requestsLost = false;
		this.queue.add(entry);
	}

	/** Requests were emitted without their responses, which may still come. */
	giveUp(count: number): void {
		this.doubtful += count;
	}

	loseRequests(): void {
		this.requestsLost = true;
	}

	loseResponses(): void {
		this.responsesLost = true;
	}

	/**
	 * The exchange that a response belongs to which began then: one without a request, if that is not known.
	 *
	 * @returns undefined if its request may still come; with `full`, it is no longer waited for.
	 */
	entryFor(began: Timestamp, full: boolean): Entry | undefined {
		const isWaiting = !full && !this.requestsAreOver;
		const { pending } = this.queue;
		const first = pending[0];
		if (first !== undefined) {
			const isInOrder = !this.responsesLost && !first.isAfterLoss;
			if (isInOrder) return this.byOrder(first, pending[1], began);
			// After a loss, requests that have not come yet count as well, up to the moment when the response began.
			const isKnown = !this.responsesLost || pending.some(entry => Timestamp.compare(beganOf(entry), began) > 0);
			return isKnown || !isWaiting ? this.byTime(pending, began) : undefined;
		}
		if (this.doubtful > 0) return this.unasked();
		// Whoever does not wait any longer cannot know any more which request comes next.
		if (full) this.responsesLost = true;
		return isWaiting ? undefined : this.unasked();
	}

	private byOrder(first: Entry, second: Entry | undefined, began: Timestamp): Entry {
		if (this.doubtful > 0) return this.unasked();
		if (msBetween(began, beganOf(first)) > REORDER_MS_MAX) return this.unasked();
		if (second !== undefined && Timestamp.compare(beganOf(second), began) < 0) this.isPipelining = true;
		return first;
	}

	private byTime(pending: readonly Entry[], began: Timestamp): Entry {
		const later = pending.findIndex(entry => Timestamp.compare(beganOf(entry), began) > 0);
		const candidates = later < 0 ? pending.slice() : pending.slice(0, later);
		const last = candidates.at(-1);
		if (last === undefined) return this.unasked();
		if (!this.isPipelining && Timestamp.compare(beganOf(last), began) === 0) return this.byTie(candidates, began);
		// None of the responses was lost, so this one would have come to the first of them, if the others had not been sent.
		if (!this.responsesLost && candidates.length > 1) this.isPipelining = true;
		const isLossAfter = later < 0 ? this.requestsLost : pending[later]?.isAfterLoss === true;
		const isUncertain = this.responsesLost && isLossAfter;
		const possible =
			candidates.some(entry => entry.isAfterLoss) || isUncertain ? Number.POSITIVE_INFINITY : this.doubtful + candidates.length;
		const isCertain = this.isPipelining ? possible === 1 : !isUncertain;
		for (const entry of candidates) entry.isGivenUp = !isCertain || entry !== last;
		if (!isCertain) {
			if (this.isPipelining) this.doubtful = possible;
			return this.unasked();
		}
		this.doubtful = 0;
		this.responsesLost = false;
		last.isAfterLoss = false;
		return last;
	}

	/** It answers the request that began in the same moment, or the one before: which of them, the next response may show. */
	private byTie(candidates: readonly Entry[], began: Timestamp): Entry {
		for (const entry of candidates) {
			if (Timestamp.compare(beganOf(entry), began) < 0) entry.isGivenUp = true;
		}
		this.responsesLost = true;
		return this.unasked();
	}

	private unasked(): Entry {
		if (this.doubtful > 0) this.doubtful--;
		const entry = new Entry(undefined);
		this.queue.addUnasked(entry);
		return entry;
	}
}

function beganOf({ request }: Entry): Timestamp {
	if (request === undefined) throw new RangeError('no request');
	return request.began;
}
