import type { Direction } from '../../flow.js';
import type { Timestamp } from '../../timestamp.js';
import type { Ends, Origin, Parser } from '../parser.js';
import type { MessageDraft } from './draft.js';
import { Entry, ExchangeQueue } from './exchangeQueue.js';
import { type Framing, requestFraming, responseFraming } from './framing.js';
import type { Http1Limits } from './limits.js';
import type { HttpExchange } from './message.js';
import { Pairing } from './pairing.js';
import { Side } from './side.js';
import type { SideEvents } from './sideEvents.js';
import { type Succeed, Successor } from './successor.js';
import { asksForOther, expectsContinue, upgradeOf } from './wishes.js';

/** A server may send any number of interim responses; so many are told. */
const INTERIM_MAX = 64;

/** HTTP/1 on one connection: reads both directions, and pairs what they say. */
export class Conversation implements Parser {
	private readonly queue: ExchangeQueue;
	private readonly pairing: Pairing;
	private sides: Readonly<Record<Direction, Side>>;
	/** It is known which direction has the requests. */
	private isOriented = false;
	/** The direction of the client has the responses. */
	private isSwapped = false;
	/** The exchange of the request at hand. */
	private asking: Entry | undefined = undefined;
	/** The exchange that the next response, or the one at hand, belongs to. */
	private answering: Entry | undefined = undefined;
	/** The exchange that may turn the connection into something else: what the client sends after it must wait. */
	private deciding: Entry | undefined = undefined;
	private responsesAreOver = false;
	/** Where the newest bytes of each direction came from. */
	private readonly origins: Partial<Record<Direction, Origin>> = {};
	private readonly successor: Successor;

	/** @param succeed makes the parser of what an exchange hands the connection over to, if anybody wants that. */
	constructor(emit: (exchange: HttpExchange) => void, ends: Ends, limits: Http1Limits, succeed: Succeed = () => undefined) {
		this.successor = new Successor(succeed);
		this.queue = new ExchangeQueue(ends, limits, exchange => {
			emit(exchange);
			if (exchange.upgrade !== null) this.successor.begin(exchange);
		});
		this.pairing = new Pairing(this.queue);
		this.sides = {
			client: new Side('REQUEST', this.requestEvents(), limits),
			server: new Side('RESPONSE', this.responseEvents(), limits),
		};
	}

	push(bytes: Uint8Array, origin: Origin): void {
		this.origins[origin.direction] = origin;
		this.sides[origin.direction].push(bytes, origin.seen);
		this.run();
	}

	gap(length: number, origin: Origin): void {
		if (length === 0) return;
		this.origins[origin.direction] = origin;
		this.sides[origin.direction].gap(length);
		this.run();
	}

	end(origin: Origin): void {
		this.origins[origin.direction] = origin;
		this.sides[origin.direction].end(origin.closed !== undefined && origin.closed !== 'fin');
		this.run();
	}

	finish(): void {
		this.sides.client.end();
		this.sides.server.end();
		this.run();
		this.successor.finish();
	}

	/** Lets each direction read on, as long as one of them can: what one says may be what the other waits for. */
	private run(): void {
		this.isOriented ||= this.orient();
		const { client, server } = this.sides;
		if (!this.isOriented) {
			client.wait();
			server.wait();
			return;
		}
		let ran = true;
		while (ran) {
			ran = client.run();
			ran = server.run() || ran;
		}
	}

	/**
	 * Where the start of a connection was not captured, who is the client is a guess. The first line that is said tells.
	 *
	 * @returns whether it did.
	 */
	private orient(): boolean {
		const { client, server } = this.sides;
		const verdicts = [client.isMisdirected, server.isMisdirected];
		if (verdicts.includes(true)) {
			Side.trade(client, server);
			this.sides = { client: server, server: client };
			this.queue.swapEnds();
			this.isSwapped = true;
		}
		return verdicts.some(verdict => verdict !== undefined) || (client.isClosing && server.isClosing);
	}

	private requestEvents(): SideEvents {
		return {
			mayLook: full => this.mayAskMore(full),
			mayBegin: () => true,
			head: draft => this.onRequest(draft),
			mayOmitBody: draft => expectsContinue(draft),
			isBodyOmitted: full => this.isRefused(full),
			end: draft => this.onRequestEnd(draft),
			lost: () => this.pairing.loseRequests(),
			...this.opaqueEvents('client'),
			over: () => {
				this.pairing.requestsAreOver = true;
				this.successor.end(this.originOf('client'));
			},
		};
	}

	private responseEvents(): SideEvents {
		return {
			mayLook: () => true,
			mayBegin: (began, full) => this.mayAnswer(began, full),
			head: draft => this.onResponse(draft),
			mayOmitBody: draft => !draft.isInterim && this.answering?.request === undefined,
			isBodyOmitted: () => true,
			end: draft => this.onResponseEnd(draft),
			lost: () => this.onResponsesLost(),
			...this.opaqueEvents('server'),
			over: () => {
				this.onResponsesOver();
				this.successor.end(this.originOf('server'));
			},
		};
	}

	private opaqueEvents(role: Direction): Pick<SideEvents, 'opaque' | 'opaqueGap'> {
		return {
			opaque: bytes => this.successor.push(bytes, this.originOf(role)),
			opaqueGap: length => this.successor.gap(length, this.originOf(role)),
		};
	}

	/** Where the newest bytes of who has this role came from; who guessed wrong who the client is learns it here. */
	private originOf(role: Direction): Origin | undefined {
		const other = role === 'client' ? 'server' : 'client';
		const origin = this.origins[this.isSwapped ? other : role];
		return origin && (this.isSwapped ? { ...origin, direction: role } : origin);
	}

	/** What the client sends after asking for something else than HTTP is only understood when that is answered. */
	private mayAskMore(full: boolean): boolean {
		if (this.isUndecided && !full) return false;
		this.deciding = undefined;
		return true;
	}

	private get isUndecided(): boolean {
		return this.deciding !== undefined && !this.deciding.isDecided;
	}

	/**
	 * A client that was refused may leave the body out that it has announced, and go on with another request
	 * (RFC 9110, section 10.1.1). Where the answer was lost, what looks like another request is one.
	 */
	private isRefused(full: boolean): boolean | undefined {
		const { asking } = this;
		if (asking === undefined) return true;
		if (asking.interim.includes(100)) return false;
		return asking.isDecided || full || this.pairing.areResponsesLost ? true : undefined;
	}

	private onRequest(draft: MessageDraft): Framing {
		const entry = new Entry(draft);
		this.asking = entry;
		this.pairing.addRequest(entry);
		entry.isGivenUp = this.responsesAreOver;
		if (asksForOther(draft)) this.deciding = entry;
		return requestFraming(draft.headers);
	}

	private onRequestEnd(draft: MessageDraft): void {
		const { asking } = this;
		this.asking = undefined;
		if (asking !== undefined) this.queue.keep(asking, draft);
		this.emit();
	}

	private mayAnswer(began: Timestamp, full: boolean): boolean {
		// A client that asked for something else waits itself.
		this.answering ??= this.pairing.entryFor(began, full || this.isUndecided);
		if (this.answering === undefined) return false;
		this.answering.responseBegan ??= began;
		return true;
	}

	private onResponse(draft: MessageDraft): Framing {
		const { answering } = this;
		const { status } = draft.start;
		if (answering === undefined) throw new Error('no exchange');
		if (draft.isInterim) {
			if (answering.interim.length < INTERIM_MAX) answering.interim.push(status);
			return 'none';
		}
		const method = answering.request?.start.method;
		answering.response = draft;
		answering.upgrade = upgradeOf(draft, method);
		return responseFraming(status, draft.headers, method);
	}

	private onResponseEnd(draft: MessageDraft): void {
		const { answering } = this;
		if (draft.isInterim || answering === undefined) return;
		this.answering = undefined;
		this.queue.keep(answering, draft);
		if (answering.upgrade !== null) this.handOver();
		this.emit();
	}

	private onResponsesLost(): void {
		this.forgetAnswer();
		this.pairing.loseResponses();
	}

	private onResponsesOver(): void {
		this.forgetAnswer();
		this.responsesAreOver = true;
		for (const entry of this.queue.pending) entry.isGivenUp = true;
		this.emit();
	}

	/** The final response that was expected was lost, or will not come. */
	private forgetAnswer(): void {
		const { answering } = this;
		this.answering = undefined;
		if (answering === undefined) return;
		answering.responseBegan = undefined;
		if (answering.request === undefined) this.queue.remove(answering);
	}

	/** From here on the connection speaks something else. */
	private handOver(): void {
		const { client, server } = this.sides;
		client.becomeOpaque();
		server.becomeOpaque();
		this.onResponsesOver();
	}

	private emit(): void {
		this.queue.emitFinished();
		this.pairing.giveUp(this.queue.emitExcess());
	}
}
