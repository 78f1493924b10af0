import type { Connection, Reassembly, Segment, Timestamp } from '../../src/index.js';
import type { BlockForge } from './blockForge.js';
import { Dice } from './dice.js';
import { VISITED_PORT, Visit } from './visit.js';

/** Real connections, some hundred at a time, each a segment in turn. */
export class Visits {
	private readonly all: Visit[];
	private readonly open: Visit[];
	private readonly byConnection = new WeakMap<Connection, Visit>();
	private readonly byClient = new Map<string, Visit>();
	private turn = 0;
	private opened: number;

	constructor(forge: BlockForge, count: number, atOnce: number) {
		const dice = new Dice(20_261_123);
		this.all = Array.from({ length: count }, (_, number) => new Visit(forge, number, dice));
		this.open = this.all.slice(0, atOnce);
		this.opened = this.open.length;
		for (const [number, visit] of this.all.entries()) this.byClient.set(clientOf(number), visit);
	}

	/** The next segment of the next connection; undefined when all have ended. */
	next(timestamp: Timestamp): Segment | undefined {
		while (this.open.length > 0) {
			this.turn = (this.turn + 1) % this.open.length;
			const segment = this.open[this.turn]?.next(timestamp);
			if (segment !== undefined) return segment;
			this.replace(this.turn);
		}
		return undefined;
	}

	receive(chunk: Reassembly): void {
		const { connection } = chunk;
		if (connection.server.port !== VISITED_PORT) return;
		const visit = this.byConnection.get(connection) ?? this.byClient.get(String(connection.client));
		if (visit === undefined) throw new Error(`there is no connection of ${connection.client}`);
		this.byConnection.set(connection, visit);
		visit.receive(chunk);
	}

	/** What is wrong, a line for each connection that is not whole. */
	problems(): string[] {
		return this.all.flatMap(({ problem }, number) => (problem === undefined ? [] : [`${clientOf(number)}: ${problem}`]));
	}

	private replace(place: number): void {
		const next = this.all[this.opened++];
		if (next === undefined) this.open.splice(place, 1);
		else this.open[place] = next;
	}
}

function clientOf(number: number): string {
	const address = 0xac100000 + (number >>> 4);
	const bytes = [24, 16, 8, 0].map(shift => (address >>> shift) & 255);
	return `${bytes.join('.')}:${20_000 + (number & 15)}`;
}
