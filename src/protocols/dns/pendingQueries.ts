import type { Timestamp } from '../../timestamp.js';
import type { Direction } from '../parser.js';
import type { DnsLimits } from './limits.js';
import type { DnsMessage } from './message.js';

/** A query that waits for its response. */
export interface PendingQuery {
	readonly message: DnsMessage;
	/** Who asks. */
	readonly direction: Direction;
	readonly began: Timestamp;
	/** It may be answered by any number of messages (RFC 5936, section 2.2). */
	readonly isTransfer: boolean;
	isAnswered: boolean;
}

/** The queries that wait, up to a limit; the oldest first. */
export class PendingQueries {
	private readonly order = new Set<PendingQuery>();
	/** Those of each key, the oldest first: an id may be used again before it is answered. */
	private readonly byKey = new Map<string, PendingQuery[]>();
	private bytes = 0;

	constructor(private readonly limits: DnsLimits) {}

	/** Adds one; answers those that have to go for it. */
	add(message: DnsMessage, direction: Direction, began: Timestamp): PendingQuery[] {
		const isTransfer = message.questions.some(({ type }) => type === 'AXFR' || type === 'IXFR');
		const query: PendingQuery = { message, direction, began, isTransfer, isAnswered: false };
		this.order.add(query);
		this.bytes += message.length;
		const key = keyOf(message.id, direction);
		const same = this.byKey.get(key);
		if (same === undefined) this.byKey.set(key, [query]);
		else same.push(query);
		return this.overdue();
	}

	/** The query that a response of the other direction answers. */
	take(id: number, answering: Direction): PendingQuery | undefined {
		const query = this.byKey.get(keyOf(id, answering === 'client' ? 'server' : 'client'))?.[0];
		if (query === undefined) return undefined;
		query.isAnswered = true;
		if (!query.isTransfer) this.remove(query);
		return query;
	}

	/** All of them, which then wait no more. */
	takeAll(): PendingQuery[] {
		const all = [...this.order];
		this.order.clear();
		this.byKey.clear();
		this.bytes = 0;
		return all;
	}

	private overdue(): PendingQuery[] {
		const { maxPendingQueries, maxPendingBytes } = this.limits;
		const gone: PendingQuery[] = [];
		for (const oldest of this.order) {
			if (this.order.size <= maxPendingQueries && this.bytes <= maxPendingBytes) break;
			this.remove(oldest);
			gone.push(oldest);
		}
		return gone;
	}

	private remove(query: PendingQuery): void {
		const { message, direction } = query;
		const key = keyOf(message.id, direction);
		const others = this.byKey.get(key)?.filter(other => other !== query) ?? [];
		this.order.delete(query);
		this.bytes -= message.length;
		if (others.length === 0) this.byKey.delete(key);
		else this.byKey.set(key, others);
	}
}

function keyOf(id: number | null, asking: Direction): string {
	return `${asking} ${id}`;
}
