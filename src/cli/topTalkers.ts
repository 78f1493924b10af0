import type { SummaryLine } from './connectionSummary.js';

const total = ({ bytes }: SummaryLine): number => bytes.client + bytes.server;

/** Keeps the connections that said most; the others are forgotten. */
export class TopTalkers {
	private kept: SummaryLine[] = [];

	constructor(private readonly most: number) {}

	add(line: SummaryLine): void {
		this.kept.push(line);
		// Seldom, so that it costs little for each.
		if (this.kept.length >= 2 * this.most + 100) this.cut();
	}

	/** Those, the one that said most first. */
	lines(): readonly SummaryLine[] {
		this.cut();
		return this.kept;
	}

	private cut(): void {
		this.kept = this.kept.sort((a, b) => total(b) - total(a)).slice(0, this.most);
	}
}
