import type { FlowStatistics } from '../assembly/connection.js';
import type { ChunkOwner } from '../assembly/reassembly.js';
import type { Direction, Endpoint, Flow } from '../flow.js';

/** A connection that was read back: as it was when the newest line that tells of its statistics was written. */
export class SavedConnection implements ChunkOwner {
	readonly client: Endpoint;
	readonly server: Endpoint;
	private readonly serverFlow: Flow;
	private known: Readonly<Record<Direction, FlowStatistics>> | undefined = undefined;

	constructor(
		readonly id: number,
		private readonly clientFlow: Flow,
		readonly guessed: boolean,
	) {
		this.client = clientFlow.source;
		this.server = clientFlow.destination;
		this.serverFlow = clientFlow.reverse();
	}

	/** The flow of the server is the reversed one. */
	flowOf(reversed: boolean): Flow {
		return reversed ? this.serverFlow : this.clientFlow;
	}

	directionOf(reversed: boolean): Direction {
		return reversed ? 'server' : 'client';
	}

	/** Takes what is known now. */
	update(statistics: Readonly<Record<Direction, FlowStatistics>>): void {
		this.known = statistics;
	}

	statistics(direction: Direction): FlowStatistics {
		return { ...(this.known?.[direction] ?? nothing), flow: this.flowOf(direction === 'server') };
	}
}

const nothing = {
	packets: 0,
	bytes: 0,
	skipped: 0,
	dropped: 0,
	retransmitted: 0,
	outOfOrder: 0,
	overlapped: 0,
	firstSeen: undefined,
	lastSeen: undefined,
	closed: undefined,
};
