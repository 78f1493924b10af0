import type { Timestamp } from '../../timestamp.js';
import type { Direction, Ends, Origin, Parser } from '../parser.js';
import { decodeMessage, undecodedMessage } from './decode.js';
import type { DnsLimits } from './limits.js';
import type { DnsExchange, DnsMessage } from './message.js';
import { PendingQueries, type PendingQuery } from './pendingQueries.js';
import { DnsReader } from './reader.js';

/** DNS on one connection: reads both directions, and pairs queries and responses by their ids (RFC 7766, section 7). */
export class Conversation implements Parser {
	private readonly readers: Readonly<Record<Direction, DnsReader>> = { client: this.readerOf('client'), server: this.readerOf('server') };
	private readonly pending: PendingQueries;
	private last: Timestamp | undefined = undefined;

	constructor(
		private readonly emit: (exchange: DnsExchange) => void,
		private readonly ends: Ends,
		limits: DnsLimits,
	) {
		this.pending = new PendingQueries(limits);
	}

	push(bytes: Uint8Array, { direction, seen }: Origin): void {
		this.last = seen;
		this.readers[direction].push(bytes, seen);
	}

	gap(length: number, { direction, seen }: Origin): void {
		this.last = seen;
		this.readers[direction].gap(length, seen);
	}

	end({ direction, seen }: Origin): void {
		this.last = seen;
		this.readers[direction].end(seen);
	}

	finish(): void {
		const { last } = this;
		if (last === undefined) return;
		this.readers.client.end(last);
		this.readers.server.end(last);
		for (const query of this.pending.takeAll()) this.tellUnanswered(query);
	}

	private readerOf(direction: Direction): DnsReader {
		const fromServer = direction === 'server';
		return new DnsReader({
			message: (bytes, began, ended) => this.onMessage(decodeMessage(bytes, fromServer), direction, began, ended),
			lost: (bytes, length, error, began, ended) => {
				this.onMessage(undecodedMessage(bytes, length, fromServer, error), direction, began, ended);
			},
		});
	}

	private onMessage(message: DnsMessage, direction: Direction, began: Timestamp, ended: Timestamp): void {
		if (message.isResponse) this.onResponse(message, direction, began, ended);
		else if (message.id === null) this.tellUnanswered({ message, direction, began, isTransfer: false, isAnswered: false });
		else for (const query of this.pending.add(message, direction, began)) this.tellUnanswered(query);
	}

	private onResponse(response: DnsMessage, direction: Direction, began: Timestamp, ended: Timestamp): void {
		const query = response.id === null ? undefined : this.pending.take(response.id, direction);
		this.emit({
			...this.endsFor(direction === 'client' ? 'server' : 'client'),
			time: query?.began ?? began,
			durationMs: query === undefined ? null : millisecondsBetween(query.began, ended),
			query: query?.message ?? null,
			response,
		});
	}

	private tellUnanswered({ message, direction, began, isAnswered }: PendingQuery): void {
		if (!isAnswered) this.emit({ ...this.endsFor(direction), time: began, durationMs: null, query: message, response: null });
	}

	/** Who asks is the client. */
	private endsFor(asking: Direction): Ends {
		const { client, server } = this.ends;
		return asking === 'client' ? { client, server } : { client: server, server: client };
	}
}

function millisecondsBetween(from: Timestamp, to: Timestamp): number {
	return (to.seconds - from.seconds) * 1000 + (to.nanoseconds - from.nanoseconds) / 1e6;
}
