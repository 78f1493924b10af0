import type { SummaryLine } from './connectionSummary.js';
import type { SortColumn } from './sortColumns.js';

/** How connections are to be sorted. */
export interface SortOptions {
	readonly sort?: SortColumn;
	readonly reverse?: boolean;
	/** So many of the first ones. */
	readonly top?: number;
}

type Key = (line: SummaryLine) => string | number;

const sum = ({ client, server }: SummaryLine['bytes']) => client + server;
const keys: Readonly<Record<SortColumn, Key>> = {
	start: ({ start }) => start,
	client: ({ client }) => client,
	server: ({ server }) => server,
	seconds: ({ start, end }) => Date.parse(end) - Date.parse(start),
	packets: ({ packets }) => sum(packets),
	bytes: ({ bytes }) => sum(bytes),
	missing: ({ skipped }) => sum(skipped),
	closed: ({ closed }) => closed,
};

/** So that 10.0.0.2 is before 10.0.0.10. */
const collator = new Intl.Collator('en', { numeric: true });

/** Gathers connections to give them in order: of numbers the greatest first, of all else as in a dictionary. */
export class SortedLines {
	private lines: SummaryLine[] = [];
	private readonly key: Key;
	private readonly sign: number;
	private readonly top: number;

	constructor({ sort = 'start', reverse = false, top = Number.POSITIVE_INFINITY }: SortOptions) {
		this.key = keys[sort];
		this.sign = reverse ? -1 : 1;
		this.top = top;
	}

	/** Holds no more than twice the lines that are wanted. */
	add(lines: Iterable<SummaryLine>): void {
		for (const line of lines) {
			this.lines.push(line);
			if (this.lines.length > 2 * this.top) this.cut();
		}
	}

	all(): readonly SummaryLine[] {
		this.cut();
		return this.lines;
	}

	private cut(): void {
		this.lines = this.lines.sort((a, b) => this.sign * compared(this.key(a), this.key(b))).slice(0, this.top);
	}
}

function compared(a: string | number, b: string | number): number {
	return typeof a === 'number' && typeof b === 'number' ? b - a : collator.compare(String(a), String(b));
}
