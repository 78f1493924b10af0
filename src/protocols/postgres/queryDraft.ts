import type { Ends, Origin } from '../parser.js';
import type { PostgresFault, PostgresQuery, PostgresResult } from './message.js';

/** Results that are told of one query; a query may have any number of statements. */
const RESULTS_MAX = 1000;

/** What the client waits for, in the order in which the server answers: queries, and what only keeps them in step. */
export class Asked {
	constructor(
		readonly step: 'query' | 'parse' | 'bind' | 'describe' | 'execute' | 'close' | 'sync' | 'function',
		readonly draft: QueryDraft | undefined = undefined,
	) {}
}

/** A query in the making. */
export class QueryDraft {
	error: PostgresFault | null = null;
	copied = 0;
	missing = 0;
	/** All that the server says to it was seen. */
	isAnswered = false;
	/** Where the last of that came from. */
	last: Origin | undefined = undefined;
	private readonly results: PostgresResult[] = [];
	private columns: readonly string[] = [];
	private rows = 0;

	constructor(
		private readonly kind: PostgresQuery['kind'],
		private readonly query: string | null,
		private readonly parameters: number | null,
		private readonly origin: Origin,
	) {}

	describe(columns: readonly string[]): void {
		this.columns = columns;
	}

	addRow(): void {
		this.rows++;
	}

	endResult(tag: string | null): void {
		if (this.results.length < RESULTS_MAX) this.results.push({ columns: this.columns, rows: this.rows, tag });
		this.columns = [];
		this.rows = 0;
	}

	/** What is known of it. */
	finish({ client, server }: Ends): PostgresQuery {
		if (this.rows > 0 || this.columns.length > 0) this.endResult(null);
		const { kind, query, parameters, origin, results, error, copied, missing, isAnswered, last } = this;
		const { seen: time, packet } = origin;
		const durationMs = isAnswered && last !== undefined ? last.seen.ms - time.ms : null;
		const told = { type: 'postgres', client, server, time, packet } as const;
		return { ...told, kind, query, parameters, results, error, copied, durationMs, missing, complete: isAnswered && missing === 0 };
	}
}
