import { closeReasons } from '../assembly/closeReason.js';
import type { FlowStatistics } from '../assembly/connection.js';
import type { ChunkOwner } from '../assembly/reassembly.js';
import type { Direction, Endpoint, Flow } from '../flow.js';
import { Timestamp } from '../timestamp.js';
import { STATISTICS_NUMBERS, TIMESTAMP_NUMBERS } from './parcel.js';

/** A connection that is in a shard, as the main thread knows it: as it was when its newest result was made. */
export class DistantConnection implements ChunkOwner {
	private readonly numbers = new Float64Array(2 * STATISTICS_NUMBERS);
	private readonly serverFlow: Flow;

	constructor(
		readonly id: number,
		private readonly clientFlow: Flow,
		readonly guessed: boolean,
	) {
		this.serverFlow = clientFlow.reverse();
	}

	get client(): Endpoint {
		return this.clientFlow.source;
	}

	get server(): Endpoint {
		return this.clientFlow.destination;
	}

	/** The flow of the server is the reversed one. */
	flowOf(reversed: boolean): Flow {
		return reversed ? this.serverFlow : this.clientFlow;
	}

	directionOf(reversed: boolean): Direction {
		return reversed ? 'server' : 'client';
	}

	/** Takes what is known now: the statistics of both directions, at `at` on a tape. */
	update(tape: Float64Array, at: number): void {
		const { numbers } = this;
		for (let i = 0; i < numbers.length; i++) numbers[i] = tape[at + i] as number;
	}

	statistics(direction: Direction): FlowStatistics {
		const reversed = direction === 'server';
		const from = reversed ? STATISTICS_NUMBERS : 0;
		const of = (index: number) => this.numbers[from + index] as number;
		return {
			flow: this.flowOf(reversed),
			packets: of(0),
			bytes: of(1),
			skipped: of(2),
			dropped: of(3),
			retransmitted: of(4),
			outOfOrder: of(5),
			overlapped: of(6),
			firstSeen: timeAt(this.numbers, from + 7),
			lastSeen: timeAt(this.numbers, from + 7 + TIMESTAMP_NUMBERS),
			closed: closeReasons[of(STATISTICS_NUMBERS - 1)],
		};
	}
}

/** The timestamp that stands there, if there is one. */
export function timeAt(tape: Float64Array, at: number): Timestamp | undefined {
	const seconds = tape[at] as number;
	return Number.isNaN(seconds) ? undefined : new Timestamp(seconds, tape[at + 1] as number, tape[at + 2] as number);
}
