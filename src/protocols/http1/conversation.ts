import type { Direction } from '../../flow.js';
import type { Ends, Origin, Parser } from '../parser.js';
import { type Entry, ExchangeQueue } from './exchangeQueue.js';
import { type Framing, requestFraming, responseFraming } from './framing.js';
import type { HttpExchange, MessageDraft, MessageHead } from './message.js';
import { Side, type SideEvents } from './side.js';

/** HTTP/1 on one connection: reads both directions, and pairs what they say. */
export class Conversation implements Parser {
	private readonly queue: ExchangeQueue;
	private readonly sides: Readonly<Record<Direction, Side>>;
	/** The exchange that may turn the connection into something else: what the client sends after it must wait. */
	private deciding: Entry | undefined;
	/** The exchange whose response is being read; undefined while that is an interim one. */
	private answering: Entry | undefined;
	private latest: Origin | undefined;

	constructor(emit: (exchange: HttpExchange) => void, ends: Ends, maxBodyBytes: number) {
		this.queue = new ExchangeQueue(ends, emit);
		this.sides = {
			client: new Side('REQUEST', this.requestEvents(), maxBodyBytes),
			server: new Side('RESPONSE', this.responseEvents(), maxBodyBytes),
		};
	}

	push(bytes: Uint8Array, origin: Origin): void {
		this.sides[origin.direction].push(bytes, origin);
		this.settle(origin);
	}

	gap(length: number, origin: Origin): void {
		this.sides[origin.direction].gap(length, origin);
		this.settle(origin);
	}

	end(origin: Origin): void {
		this.sides[origin.direction].end(origin);
		if (origin.direction === 'server') this.queue.giveUp();
		this.settle(origin);
	}

	finish(): void {
		const { latest } = this;
		if (latest === undefined) return;
		this.end({ ...originOf(latest), direction: 'client' });
		this.end({ ...originOf(latest), direction: 'server' });
	}

	/** Reads on in each direction as long as the other one allows, and emits what is finished. */
	private settle(origin: Origin): void {
		this.latest = origin;
		while (this.sides.server.resume() || this.sides.client.resume());
		this.queue.emitFinished();
	}

	private requestEvents(): SideEvents {
		return {
			mayBegin: () => this.deciding === undefined,
			head: draft => {
				this.addRequest(draft);
				return requestFraming(draft.headers);
			},
			cut: draft => this.addRequest(draft),
			end: () => undefined,
			lost: () => this.queue.loseRequests(),
		};
	}

	private addRequest(draft: MessageDraft): void {
		const entry = this.queue.addRequest(draft);
		if (this.sides.server.ended) this.queue.giveUp();
		else if (asksForOther(draft)) this.deciding = entry;
	}

	private responseEvents(): SideEvents {
		return {
			mayBegin: () => this.queue.next !== undefined || this.requestsAreOver,
			head: draft => this.addResponse(draft),
			cut: draft => void this.addResponse(draft),
			end: () => {
				if (this.answering?.upgrade) this.handOver();
				this.answering = undefined;
			},
			lost: () => this.queue.loseResponses(),
		};
	}

	/** Whether nothing is to be gained by waiting for the request to a response. */
	private get requestsAreOver(): boolean {
		const { client } = this.sides;
		return client.ended || client.opaque || client.isSearching;
	}

	private addResponse(draft: MessageDraft): Framing {
		const head = draft.head as MessageHead;
		if (head.status < 200 && head.status !== 101) {
			this.queue.next?.interim.push(head.status);
			return 'none';
		}
		const entry = this.queue.addResponse(draft);
		this.answering = entry;
		entry.upgrade = upgradeOf(draft, entry.request);
		if (entry === this.deciding && entry.upgrade === null) this.deciding = undefined;
		return responseFraming(head, draft.headers, entry.request?.head?.method);
	}

	/** From here on the connection speaks something else. */
	private handOver(): void {
		this.sides.client.opaque = true;
		this.sides.server.opaque = true;
	}
}

/** Whether a request asks to speak something else on the connection (RFC 9110, sections 7.8 and 9.3.6). */
function asksForOther({ head, headers }: MessageDraft): boolean {
	if (head?.method === 'CONNECT') return true;
	return headers.upgrade !== undefined && /(?:^|[ ,\t])upgrade(?:[ ,\t]|$)/i.test(headers.connection ?? '');
}

/** What a response hands the connection over to; null: nothing, it goes on with HTTP. */
function upgradeOf({ head, headers }: MessageDraft, request: MessageDraft | undefined): string | null {
	const { status } = head as MessageHead;
	if (status === 101) return headers.upgrade ?? 'unknown';
	return request?.head?.method === 'CONNECT' && status >= 200 && status < 300 ? 'CONNECT' : null;
}

function originOf({ seen, packet }: Origin): Omit<Origin, 'direction'> {
	return { seen, packet };
}
