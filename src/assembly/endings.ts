import type { CloseReason } from './closeReason.js';
import type { ConnectionTable } from './connectionTable.js';
import { ConnectionFlag } from './connectionWords.js';
import { HalfConnection } from './halfConnection.js';
import { close } from './skipping.js';
import { ConnectionState, type TrackedConnection } from './trackedConnection.js';
import type { WaitingFlows } from './waitingFlows.js';

/** How connections end: closed for a reason, evicted, or over by themselves. */
export class Endings {
	/** Connections that were closed to make room, and how many of them were half-open. */
	evicted = 0;
	evictedHalfOpen = 0;
	/** Connections that have ended by themselves, until who is at work on them is done. */
	private readonly over: TrackedConnection[] = [];

	constructor(
		private readonly connections: ConnectionTable,
		private readonly waiting: WaitingFlows,
	) {}

	/** Ends a connection: what it holds goes out first. */
	close(connection: TrackedConnection, reason: CloseReason, packet = 0): void {
		const halves = [connection.clientIsBackward, !connection.clientIsBackward].map(reversed => new HalfConnection(connection, reversed));
		const oneWasClosed = halves.some(half => half.closed);
		connection.mark(ConnectionFlag.closing);
		for (const half of halves) {
			// Of a flow that nobody saw there is something to say only if nothing else tells that the connection is over.
			const isNews = half.isKnown || (oneWasClosed && reason !== 'eof');
			if (!half.closed && isNews) close(half, reason, packet);
			this.waiting.list(half);
		}
		this.connections.finish(connection, reason === 'rst');
	}

	/** Ends a connection to make room. */
	evict(connection: TrackedConnection): void {
		this.evicted++;
		if (connection.state === ConnectionState.halfOpen) this.evictedHalfOpen++;
		this.close(connection, 'evicted');
	}

	/** Puts a half where it belongs after it has changed. */
	settle(half: HalfConnection): void {
		this.waiting.list(half);
		if (half.closed && half.connection.isOver) this.over.push(half.connection);
	}

	/** Takes those that are over from the open ones. */
	finishOver(): void {
		for (let connection = this.over.pop(); connection !== undefined; connection = this.over.pop())
			this.connections.finish(connection, true);
	}
}
